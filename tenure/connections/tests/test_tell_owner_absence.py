from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections import queries
from tenure.connections.models import Connection
from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.tell_owner_absence import tell_owner_absence
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.people.models import Person
from tenure.testing.cast import actor_of, email_of, ref_of, user_of
from tenure.testing.factories import make_connection, make_person
from tenure.users.models import User
from tenure.users.operations.deactivate_user import deactivate_user
from tenure.users.operations.reactivate_user import reactivate_user

pytestmark = pytest.mark.django_db

LEFT = timedelta(days=-5)


@pytest.fixture
def kept() -> Connection:
    user_of("ada")
    return make_connection(name="OpenAI", owner=user_of("sid"))


def is_gone(connection: Connection) -> bool:
    return queries.connection_by_ref(connection.ref, actor=actor_of("ada")).owner_is_gone


def tell(connection: Connection) -> Connection:
    return tell_owner_absence(ref=connection.ref, actor=actor_of("ada"))


def person_of_sid(**given: object) -> Person:
    return make_person("Sid Brandt", email=email_of("sid"), **given)


def test_an_owner_who_may_sign_in_and_is_nobody_we_know_is_there(kept):
    assert not is_gone(kept)
    assert not is_gone(make_connection())


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        ({}, False),
        ({"ends_on": now().date() + LEFT}, True),
        ({"ends_on": now().date() - LEFT}, False),
        ({"is_disabled": True}, True),
        ({"is_listed": False}, True),
        ({"is_on_leave": True}, False),
    ],
)
def test_the_owner_is_gone_when_their_person_may_hold_no_access(kept, given, gone):
    person_of_sid(**given)
    assert is_gone(kept) is gone


def test_a_recorded_tie_counts_before_the_address(kept):
    person_of_sid(is_disabled=True)
    make_person("Sid B", user=user_of("sid"))
    assert not is_gone(kept)
    Person.objects.filter(user=user_of("sid")).update(is_disabled=True)
    assert is_gone(kept)


def test_somebody_elses_person_says_nothing(kept):
    make_person("Hugo", user=user_of("hugo"), is_disabled=True)
    assert not is_gone(kept)


def test_the_admins_are_told_once_and_the_owner_is_not(kept, mails):
    deactivate_user(user_ref=ref_of("sid"), actor=actor_of("ada"))
    tell(kept)
    tell(kept)
    (mail,) = mails()
    assert (mail.to, mail.subject) == ([email_of("ada")], "OpenAI needs another owner")
    assert "Sid Brandt" in mail.body
    assert f"/connections/{kept.ref}/settings\n" in mail.body
    assert AuditEvent.objects.filter(verb="connection.owner_absence_told").count() == 1


def test_another_absence_is_told_again(kept, mails):
    for _ in range(2):
        deactivate_user(user_ref=ref_of("sid"), actor=actor_of("ada"))
        tell(kept)
        reactivate_user(user_ref=ref_of("sid"), actor=actor_of("ada"))
        assert tell(kept).owner_absence_told_at is None
    assert len(mails()) == 2
    assert AuditEvent.objects.filter(verb="connection.owner_returned").count() == 2


def test_so_is_the_absence_of_the_next_owner(kept, mails):
    User.objects.filter(ref=ref_of("sid")).update(is_active=False)
    tell(kept)
    set_connection(ref=kept.ref, owner_ref=user_of("mara").ref, actor=actor_of("ada"))
    User.objects.filter(ref=ref_of("mara")).update(is_active=False)
    tell(kept)
    assert ["Sid" in mail.body for mail in mails()] == [True, False]


def test_only_connections_with_something_to_tell_are_looked_at(kept):
    actor = actor_of("ada")
    user_of("sid")
    assert list(queries.connections_to_look_after(actor=actor)) == []
    person_of_sid(is_disabled=True)
    assert list(queries.connections_to_look_after(actor=actor)) == [kept]
    tell(kept)
    assert list(queries.connections_to_look_after(actor=actor)) == []
    Person.objects.update(is_disabled=False)
    assert list(queries.connections_to_look_after(actor=actor)) == [kept]
    Connection.objects.update(state="disconnected")
    assert list(queries.connections_to_look_after(actor=actor)) == []


def test_who_may_not_manage_it_tells_nobody(kept):
    with pytest.raises(NotAllowed):
        tell_owner_absence(ref=kept.ref, actor=actor_of("mara"))
