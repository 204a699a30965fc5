"""Events explain and lists decide: when it was and who did it, and never a false instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.inventory.models import Account, AccountChange, Explanation, Grant, ProviderLog
from tenure.inventory.tailing import follow_log
from tenure.inventory.tests.explained import check
from tenure.inventory.tests.happenings import VERBS, Change
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.lengths import length


@pytest.fixture
def clock():
    with time_machine.travel(now()) as traveller:
        yield traveller


@pytest.fixture
def follow(connection):
    def follow() -> None:
        while (
            wait := follow_log(connection_ref=connection.ref, actor=actor_of("ada"))
        ) is not None:
            assert wait < 60

    return follow


def mei(openai) -> dict:
    return next(user for user in openai.users() if user["role"] == "reader")


def second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


@pytest.mark.parametrize("first", ["the lists", "the log"])
def test_a_raised_role_gets_its_moment_and_its_author(openai, sync, follow, clock, first):
    openai.log_in(openai.users()[0]["email"])
    sync()
    follow()
    clock.shift(timedelta(minutes=7))
    openai.change_user(mei(openai)["id"], role="owner")
    raised = second(now())
    clock.shift(timedelta(minutes=7))
    if first == "the log":
        follow()
    sync()
    clock.shift(1)
    follow()
    step = AccountChange.objects.get(field="role")
    assert (step.at, step.not_before, step.known_by) == (raised, None, "audit_event")
    explanation = Explanation.objects.get(moment="account_change", row_id=step.pk)
    assert explanation.event.actor_email == openai.users()[0]["email"]
    assert explanation.event.value == "owner"


def test_a_new_member_is_known_by_whom_too(openai, connection, sync, follow, clock):
    openai.log_in(openai.users()[0]["email"])
    sync()
    clock.shift(60)
    by = [user for user in openai.users() if user["role"] == "owner"][-1]
    project = openai.projects()[0]["id"]
    outsider = openai.add_user("new@halden.example", by=by["email"])
    openai.put_member(project, outsider["id"], role="viewer", by=by["email"])
    clock.shift(60)
    sync()
    clock.shift(1)
    follow()
    grant = Grant.objects.get(principal_id=outsider["id"])
    account = Account.objects.get(external_id=outsider["id"])
    # The provider says itself when somebody came, and the log with which role, and by whom.
    assert (grant.began_known_by, account.began_known_by) == ("audit_event", "provider")
    for moment, row in (("grant_began", grant), ("account_began", account)):
        said = Explanation.objects.get(moment=moment, row_id=row.pk)
        assert said.event.actor_id == by["id"]
        assert said.event.by_account.external_id == by["id"]
    assert check(connection, openai)


def test_a_removed_account_is_known_to_the_second(openai, connection, sync, follow, clock):
    openai.log_in(openai.users()[0]["email"])
    sync()
    follow()
    clock.shift(600)
    gone = mei(openai)
    openai.remove_user(gone["id"])
    left = second(now())
    clock.shift(600)
    sync()
    clock.shift(1)
    follow()
    account = Account.objects.get(external_id=gone["id"])
    assert (account.ended_at, account.ended_not_before) == (left, None)
    assert account.ended_known_by == "audit_event"
    assert account.changes.get(kind="ended").at == left
    check(connection, openai)


def test_what_went_and_came_between_two_reads_stays_between_them(openai, sync, follow, clock):
    openai.log_in(openai.users()[0]["email"])
    sync()
    follow()
    who = mei(openai)["id"]
    for role in ("owner", "reader", "owner"):
        clock.shift(60)
        openai.change_user(who, role=role)
    clock.shift(60)
    sync()
    clock.shift(1)
    follow()
    step = AccountChange.objects.get(field="role")
    assert step.known_by == "between_reads"
    assert not Explanation.objects.filter(moment="account_change", row_id=step.pk).exists()


def test_a_late_event_takes_a_doubtful_answer_back(openai, sync, follow, clock):
    """Of three changes one is listed at once and two are late: until then it seems to be clear."""
    openai.log_in(openai.users()[0]["email"])
    sync()
    follow()
    who = mei(openai)["id"]
    clock.shift(60)
    openai.change_user(who, role="owner")
    clock.shift(100)
    openai.change_user(who, role="reader")
    clock.shift(20)
    openai.change_user(who, role="owner")
    clock.shift(20)
    openai.faults(audit_lag=100)
    sync()
    clock.shift(1)
    follow()
    step = AccountChange.objects.get(field="role")
    assert step.known_by == "audit_event"
    before = Explanation.objects.get(moment="account_change", row_id=step.pk)
    openai.clear_faults()
    follow()
    step.refresh_from_db()
    assert (step.known_by, step.at) == ("between_reads", before.read_at)
    assert step.not_before == before.read_not_before
    assert not Explanation.objects.filter(moment="account_change").exists()


def test_what_was_not_read_explains_nothing(openai, connection, sync, follow, clock):
    openai.log_in(openai.users()[0]["email"])
    sync()
    follow()
    clock.shift(60)
    openai.change_user(mei(openai)["id"], role="owner")
    clock.shift(60)
    sync()
    clock.shift(1)
    log = ProviderLog.objects.get(connection=connection)
    gap = log.gaps.create(since=now() - timedelta(seconds=90), until=now())
    openai.faults(server_error="on@audit_logs#2x9")
    follow()
    step = AccountChange.objects.get(field="role")
    assert step.known_by == "between_reads"
    openai.clear_faults()
    clock.shift(60)
    follow()
    step.refresh_from_db()
    assert step.known_by == "audit_event"
    assert not log.gaps.filter(pk=gap.pk).exists()


def test_the_log_ends_nothing_and_begins_nothing(openai, connection, sync, follow, clock):
    openai.log_in(openai.users()[0]["email"])
    sync()
    clock.shift(60)
    openai.remove_user(mei(openai)["id"])
    openai.add_user("new@halden.example")
    follow()
    assert not Account.objects.filter(status="gone").exists()
    assert not Account.objects.filter(email="new@halden.example").exists()


def test_it_asks_as_many_questions_of_many_as_of_few(openai, connection, sync, follow, clock):
    openai.log_in(openai.users()[0]["email"])
    sync()
    follow()

    def asked(number: int) -> int:
        clock.shift(600)
        for user in [one for one in openai.users() if one["role"] == "reader"][:number]:
            openai.change_user(user["id"], role="owner")
        clock.shift(600)
        sync()
        clock.shift(1)
        before = Explanation.objects.count()
        with CaptureQueriesContext(database) as queries:
            follow()
        assert Explanation.objects.count() == before + number
        return len(queries)

    assert asked(2) == asked(25)


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("sync"), st.just(0), st.just(0)),
        st.tuples(st.just("follow"), st.just(0), st.just(0)),
        st.tuples(st.just("time"), st.sampled_from([0, 1, 45, 900]), st.just(0)),
        st.tuples(st.just("break"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("late"), st.sampled_from([3, 200]), st.just(0)),
        st.tuples(st.just("twice"), st.just(0), st.just(0)),
        st.tuples(st.just("nobody"), st.just(0), st.just(0)),
        st.tuples(st.just("mend"), st.just(0), st.just(0)),
    ),
    min_size=4,
    max_size=25,
)


@settings(
    max_examples=length(12, full=150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(life=steps)
def test_no_sequence_of_changes_syncs_and_readings_makes_a_false_moment(
    life, openai, connection, sync, follow
):
    openai.reset()
    with time_machine.travel(now()) as clock, forgotten():
        openai.log_in(openai.users()[0]["email"])
        sync()
        follow()
        for what, one, other in life:
            clock.shift(0.3)
            happen(openai, (what, one, other), clock=clock, sync=sync, follow=follow)
        openai.clear_faults()
        clock.shift(300)
        sync()
        clock.shift(1)
        follow()
        check(connection, openai)


@contextmanager
def forgotten() -> Iterator[None]:
    """Of this life nothing is left for the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


FAULTS = {
    "late": lambda seconds: {"audit_lag": seconds},
    "break": lambda page: {"server_error": f"on@audit_logs#{page}x20"},
    "twice": lambda _: {"page_duplicate": "on@audit_logs"},
    "nobody": lambda _: {"actor_null": 0.4},
}


def happen(openai, step, *, clock, sync, follow) -> None:
    what, one, other = step
    if what in VERBS:
        VERBS[what](openai, Change(what, one, other))
    elif what == "time":
        clock.shift(one)
    elif what == "mend":
        openai.clear_faults()
    elif what in FAULTS:
        openai.faults(**FAULTS[what](one))
    else:
        {"sync": sync, "follow": follow}[what]()
