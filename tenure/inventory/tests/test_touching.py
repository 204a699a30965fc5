"""What the log says has changed is read at once, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tenure.inventory import queries, tasks
from tenure.inventory.event_rules import lists_touched, must_be_read
from tenure.inventory.models import Account, AccountChange, Grant, SyncRun
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(now()) as traveller:
        yield traveller


@pytest.fixture
def minute(openai, connection, clock):
    """A minute in which the log is followed, and everything that comes of it."""
    openai.log_in(openai.users()[0]["email"])
    run_jobs()

    def pass_by() -> None:
        clock.shift(timedelta(seconds=55))
        tasks.follow_logs.enqueue()
        run_jobs()

    pass_by()
    openai.forget_requests()
    return pass_by


def asked(openai) -> set[str]:
    paths = {one["path"].removeprefix("/v1/organization/") for one in openai.requests()}
    return paths - {"audit_logs"}


def test_within_a_minute_a_raised_role_is_history_with_its_author(openai, connection, minute):
    reader = next(user for user in openai.users() if user["role"] == "reader")
    openai.change_user(reader["id"], role="owner")
    raised = now().replace(microsecond=0)
    minute()
    account = Account.objects.get(external_id=reader["id"])
    step = AccountChange.objects.get(account=account, field="role")
    assert (account.role, step.at, step.known_by) == ("owner", raised, "audit_event")
    assert asked(openai) == {"users"}
    run = queries.latest_run(connection, actor=actor_of("ada"))
    assert (run.trigger, run.only, run.status, run.requests) == ("log", ["users"], "complete", 2)


def test_a_member_is_read_from_the_list_of_that_project_alone(openai, minute):
    reader = next(user for user in openai.users() if user["role"] == "reader")
    project = openai.projects()[0]["id"]
    openai.put_member(project, reader["id"], role="viewer")
    minute()
    assert asked(openai) == {f"projects/{project}/users"}
    assert Grant.objects.filter(principal_id=reader["id"], ended_at=None).exists()


def test_a_new_project_is_read_with_its_members(openai, minute):
    made = openai.add_project("Brand new", members=[{"email": openai.users()[3]["email"]}])
    minute()
    lists = ("users", "groups", "service_accounts", "api_keys")
    below = {f"projects/{made['id']}/{name}" for name in lists}
    assert asked(openai) == {"projects", f"/v1/projects/{made['id']}/roles", *below}
    assert Grant.objects.filter(entitlement__resource__name="Brand new").count() == 1


def test_when_nothing_happens_nothing_is_read(openai, minute):
    openai.add_event("weather.changed")
    openai.log_in(openai.users()[1]["email"])
    minute()
    minute()
    assert asked(openai) == set()


def test_what_happened_during_a_sync_is_read_after_it(openai, connection, minute, clock):
    run = SyncRun.objects.create(connection=connection, queued_at=now())
    openai.add_user("new@halden.example")
    minute()
    assert not Account.objects.filter(email="new@halden.example").exists()
    run.status = "cancelled"
    run.save()
    minute()
    assert Account.objects.filter(email="new@halden.example").exists()


def test_it_is_no_sync_on_which_the_next_one_waits(openai, connection, minute, clock):
    first = SyncRun.objects.order_by("-id").exclude(trigger="log")[0]
    clock.shift(timedelta(minutes=28))
    openai.add_user("new@halden.example")
    minute()
    assert SyncRun.objects.order_by("-id")[0].trigger == "log"
    clock.shift(first.queued_at + timedelta(minutes=31) - now())
    assert queries.connections_due(actor=actor_of("ada")) == [connection]


def test_it_judges_no_held_run(connection, minute):
    held = SyncRun.objects.create(connection=connection, status="held", queued_at=now())
    SyncRun.objects.create(
        connection=connection, status="complete", trigger="log", only=["users"], queued_at=now()
    )
    assert not queries.is_superseded(held, actor=actor_of("ada"))


@pytest.mark.parametrize(
    ("attempted", "event", "pages", "read"),
    [
        (None, 0, 1, False),
        (5, 0, 1, False),
        (-60, 0, 1, True),
        (-60, 0, 100, False),
        (-700, 0, 100, True),
        (0, 0, 1, True),
    ],
)
def test_a_list_is_read_again_after_an_event_unless_it_is_large(attempted, event, pages, read):
    attempted_at = None if attempted is None else AT + timedelta(seconds=attempted)
    event_at, at = AT + timedelta(seconds=event), AT + timedelta(seconds=30)
    found = must_be_read(event_at=event_at, attempted_at=attempted_at, pages=pages, at=at)
    assert found is read


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        ("account added -", "users"),
        ("service_account added project", "users service_accounts:P"),
        ("invitation added -", "invites"),
        ("project changed project", "projects"),
        ("group added -", "groups"),
        ("group changed -", "groups group_users:S"),
        ("role changed organization", "roles"),
        ("role changed project", "project_roles:P"),
        ("credential added -", "admin_keys"),
        ("credential added project", "project_keys:P"),
        ("grant added organization account owner", "users"),
        ("grant added organization account", "user_roles:W"),
        ("grant added organization service reader", "users"),
        ("grant added organization group owner", "group_roles:W"),
        ("grant added project account viewer", "project_users:P"),
        ("grant added project account", "project_user_roles:P:W"),
        ("grant added project service member", "service_accounts:P"),
        ("grant removed project group", "project_groups:P project_group_roles:P:W"),
        ("grant removed group account member", "group_users:P"),
        ("grant added weather account", ""),
        ("login succeeded -", ""),
    ],
)
def test_which_lists_an_event_touches(event, keys):
    about, verb, where, *rest = event.split()
    whose, what = (*rest, "", "")[:2]
    found = lists_touched(
        about=about,
        verb=verb,
        subject_id=what or "S",
        principal_kind=whose,
        principal_id="W",
        resource_kind="" if where == "-" else where,
        resource_id="" if where == "-" else "P",
    )
    assert " ".join(found) == keys
