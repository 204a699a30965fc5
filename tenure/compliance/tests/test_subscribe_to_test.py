from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance import queries
from tenure.compliance.models import TestSubscriber
from tenure.compliance.operations.subscribe_to_test import subscribe_to_test
from tenure.compliance.tests.cases import MARA
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.users.models import RoleAssignment, User

pytestmark = pytest.mark.django_db
SLUG = "accounts-linked"


def subscribe(who: str, actor=MARA):
    user_of(who)
    return subscribe_to_test(slug=SLUG, email=email_of(who).upper(), actor=actor)


def test_a_user_who_works_with_tests_is_subscribed():
    subscribe("sid")
    (one,) = queries.subscribers(actor=MARA)
    assert (one.test.slug, str(one.user)) == (SLUG, "Sid Brandt")
    event = AuditEvent.objects.get(verb="test.subscribed")
    assert event.subject_ref == SLUG
    assert "sid" not in str(event.detail)


@pytest.mark.parametrize("who", ["aud", "rita", "hugo", "oscar"])
def test_who_may_not_see_findings_as_they_are_is_told_nothing(who):
    with pytest.raises(Invalid, match="may not see tests"):
        subscribe(who)


def test_once_is_enough():
    subscribe("sid")
    with pytest.raises(Conflict, match="already"):
        subscribe("sid")


def test_ten_are_the_most():
    for number in range(10):
        user = User(email=f"s{number}@halden.example")
        user.clean()
        user.save()
        RoleAssignment.objects.create(user=user, permission_set="admin", granted_by="x")
        subscribe_to_test(slug=SLUG, email=user.email, actor=MARA)
    with pytest.raises(Conflict, match="at most 10"):
        subscribe("sid")
    assert TestSubscriber.objects.count() == 10


def test_an_unknown_address_and_an_unknown_test_are_refused():
    with pytest.raises(Invalid, match="No user has this address"):
        subscribe_to_test(slug=SLUG, email="x@x.example", actor=MARA)
    with pytest.raises(NotFound):
        subscribe_to_test(slug="no-such-test", email="x@x.example", actor=MARA)


@pytest.mark.parametrize("who", ["aud", "rita", "hugo"])
def test_it_refuses_who_may_not(who):
    with pytest.raises((NotAllowed, NotFound)):
        subscribe("sid", actor=actor_of(who))


@pytest.mark.parametrize("verb", ["subscribe", "unsubscribe"])
def test_what_no_database_can_hold_is_refused_as_no_address(client_of, verb):
    answer = client_of("mara").post(f"/tests/{SLUG}/{verb}", {"email": "a\0b@x.example"})
    assert answer.status_code == 400
