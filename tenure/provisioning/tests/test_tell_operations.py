"""Who is told of what waits for a person, and how often."""

from __future__ import annotations

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.inventory.models import Account
from tenure.lib.errors import NotAllowed
from tenure.notifications.models import Notice
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.provisioning.operations.tell_operations import tell_operations
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person


def told(topic):
    return {notice.to for notice in Notice.objects.filter(topic=topic)}


@pytest.fixture
def readers(members):
    for name in ("ada", "mara", "sid", "hugo"):
        user_of(name)
    Notice.objects.all().delete()


def tell():
    return tell_operations(actor=actor_of("mara"))


def test_a_second_person_is_asked_once(members, readers):
    ada, _ = (make_person(name.title(), email=email_of(name)) for name in ("ada", "mara"))
    owner = Account.objects.filter(role="owner", kind="person").first()
    by = actor_of("ada", person_id=str(ada.ref))
    cause = planned.Cause(why="They leave")
    (one,) = plan_operations(plans=[planned.of_member(owner)], cause=cause, actor=by)
    start_operations(batch=one.batch, actor=by)
    assert tell() == 2
    assert told("operation_waiting") == {email_of("ada"), email_of("mara")}
    assert tell() == 0


def test_what_is_given_is_told_as_what_it_is(connection, readers, do):
    nia, hugo = "nia@halden.example", user_of("hugo")
    ada, _ = (make_person(name.title(), email=email_of(name)) for name in ("ada", "mara"))
    by = actor_of("ada", person_id=str(ada.ref))
    do(planned.of_new_invitation(connection, nia, "owner"), by=by)
    by_hand = {"mode": ProvisioningOperation.Mode.MANUAL, "assignee": hugo}
    do(planned.of_new_invitation(connection, f"not-{nia}", **by_hand))
    assert tell() == 3
    fields = {notice.topic: notice.fields for notice in Notice.objects.all()}
    assert fields["operation_waiting"]["doing"] == f"Inviting {nia} as owner in OpenAI"
    what = f"Invite not-{nia} as reader to no project in OpenAI"
    assert fields["work_by_hand"]["what"] == what


def test_a_brake_is_told_once_for_what_was_planned_together(
    connection, members, remove, readers, mailbox
):
    set_connection(ref=connection.ref, brake_per_hour=1, actor=actor_of("ada"))
    remove(*members[:4])
    assert tell() == 2
    mails = [mail for mail in mailbox() if "brake" in mail["Subject"]]
    assert sorted(mail["To"] for mail in mails) == [email_of("ada"), email_of("mara")]
    assert mails[0]["Subject"] == "The brake of OpenAI keeps 3 removals"
    assert tell() == 0


def test_work_by_hand_is_told_to_whoever_does_it_and_to_the_owner_when_it_is_late(
    connection, members, readers, later
):
    set_connection(ref=connection.ref, owner_ref=user_of("sid").ref, actor=actor_of("ada"))
    plan = planned.of_member(
        members[0],
        mode=ProvisioningOperation.Mode.MANUAL,
        assignee=user_of("hugo"),
        due_at=members[0].began_at,
    )
    (one,) = plan_operations(plans=[plan], cause=planned.Cause(), actor=actor_of("ada"))
    start_operations(batch=one.batch, actor=actor_of("ada"))
    assert tell() == 3
    assert told("work_by_hand") == {email_of("hugo")}
    assert told("work_by_hand_overdue") == {email_of("hugo"), email_of("sid")}
    assert tell() == 0


def test_what_came_back_is_told_to_who_may_approve_and_to_the_owner(
    connection, members, remove, readers
):
    set_connection(ref=connection.ref, owner_ref=user_of("sid").ref, actor=actor_of("ada"))
    one = remove(members[0])
    mine = ProvisioningOperation.objects.filter(pk=one.pk)
    mine.update(state="blocked", block="came_back", reason="It is back.", reappeared_at=one.done_at)
    assert tell() == 3
    assert told("access_came_back") == {email_of("ada"), email_of("mara"), email_of("sid")}


def test_who_may_not_run_operations_tells_nobody(members):
    with pytest.raises(NotAllowed):
        tell_operations(actor=actor_of("hugo"))
