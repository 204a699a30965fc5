"""Who is told how a leaving stands, and how often."""

from __future__ import annotations

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.notifications.models import Notice
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.tell_cases import tell_cases
from tenure.offboarding.tests.conftest import ada
from tenure.testing.cast import actor_of, email_of, user_of

MANAGERS = {email_of("ada"), email_of("mara"), email_of("sid")}


@pytest.fixture
def case(leaver, connection):
    for name in ("ada", "mara", "hugo"):
        user_of(name)
    owner = user_of("sid")
    set_connection(ref=connection.ref, owner_ref=owner.ref, actor=actor_of("ada"))
    leaver.hugo.manager_email_key = "rita@halden.example"
    leaver.hugo.save(update_fields=["manager_email_key"])
    Notice.objects.all().delete()
    return open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())


def told(topic):
    return {notice.to for notice in Notice.objects.filter(topic=topic)}


def tell():
    return tell_cases(actor=actor_of("mara"))


def become(case, **columns):
    OffboardingCase.objects.filter(pk=case.pk).update(**columns)


def test_a_case_that_waits_is_told_once_to_who_manages_it_and_the_owner(case):
    assert tell() == 3
    assert told("case_waiting") == MANAGERS
    (notice,) = Notice.objects.filter(to=email_of("mara"))
    assert notice.fields["what"] == "9 things"
    assert notice.url.endswith(f"/offboarding/{case.ref}")
    assert tell() == 0


def test_each_new_reason_to_stop_is_told(case):
    become(case, state="blocked", reason="Its e-mail changed.")
    assert tell() == 3
    assert tell() == 0
    become(case, reason="The brake.")
    assert tell() == 3
    assert told("case_blocked") == MANAGERS


def test_the_end_is_told_to_the_leavers_manager_too_who_is_sent_where_they_may_go(case):
    user_of("rita")
    become(case, state="complete", completed_at=now())
    assert tell() == 4
    assert told("case_complete") == {*MANAGERS, "rita@halden.example"}
    (manager,) = Notice.objects.filter(to="rita@halden.example")
    assert "/offboarding/" not in manager.url
    assert tell() == 0


def test_a_manager_who_is_no_user_is_told_nothing(case):
    become(case, state="complete", completed_at=now())
    assert tell() == 3
    assert told("case_complete") == MANAGERS


def test_who_may_not_manage_leavings_tells_nobody(case):
    with pytest.raises(NotAllowed):
        tell_cases(actor=actor_of("sid"))
