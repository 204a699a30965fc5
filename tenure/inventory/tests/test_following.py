"""Following the provider's log: nothing twice, nothing lost, and what was not read is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.audit.models import AuditEvent
from tenure.inventory import queries, tasks
from tenure.inventory.models import Account, ProviderEvent, ProviderLog
from tenure.inventory.tailing import OVERLAP, follow_log
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs


@pytest.fixture
def follow(connection):
    def follow() -> float | None:
        return follow_log(connection_ref=connection.ref, actor=actor_of("ada"))

    return follow


@pytest.fixture
def log(connection):
    return lambda: ProviderLog.objects.get(connection=connection)


def kept() -> list[str]:
    return sorted(ProviderEvent.objects.values_list("external_id", flat=True))


def add_events(openai, count: int, *, at: int | str = "-0s") -> None:
    for number in range(count):
        openai.add_event("logout.succeeded", at=at, detail={"n": number})


def asked(openai) -> list[dict]:
    return [one for one in openai.requests() if "audit_logs" in one["path"]]


def test_what_happened_is_kept_once_with_who_did_it(openai, connection, sync, follow, log):
    sync()
    mei = openai.add_user("mei@halden.example")
    openai.log_in("mei@halden.example")
    assert follow() is None
    before = kept()
    assert follow() is None
    assert kept() == before
    added = ProviderEvent.objects.get(type="user.added")
    assert (added.principal_id, added.account) == (mei["id"], None)
    assert added.by_account.email == added.actor_email == openai.users()[0]["email"]
    assert (added.fact, added.value) == (f"account:{mei['id']}", "yes")
    assert (log().state, log().reason, list(log().gaps.all())) == ("on", "", [])
    # Mei is known as soon as the list of users has her.
    sync()
    added.refresh_from_db()
    login = ProviderEvent.objects.get(about="login")
    assert added.account == login.account == Account.objects.get(external_id=mei["id"])
    logins = queries.logins_since(log().read_from, actor=actor_of("ada"))
    assert list(logins) == [{"account": login.account_id, "last": login.at}]


def test_late_events_are_found_and_a_long_silence_leaves_no_hole(openai, connection, follow, log):
    with time_machine.travel(now()) as clock:
        add_events(openai, 3)
        follow()
        openai.faults(audit_lag=240)
        add_events(openai, 2)
        follow()
        assert ProviderEvent.objects.count() == 3
        clock.shift(timedelta(seconds=241))
        follow()
        assert ProviderEvent.objects.count() == 5
        openai.clear_faults()
        clock.shift(timedelta(hours=9))
        add_events(openai, 1, at="-8h")
        follow()
        assert ProviderEvent.objects.count() == 6
        assert abs(log().read_until - now()) < timedelta(seconds=5)


def test_a_minute_takes_one_request_of_each_log(openai, connection, follow):
    add_events(openai, 30, at="-1h")
    follow()
    follow()
    openai.forget_requests()
    follow()
    assert ["tenant_only" in one["query"] for one in asked(openai)] == [False, True]
    assert connection.budgets.filter(family="audit_logs").exists()


def test_what_a_broken_reading_left_is_a_gap_that_is_told_and_filled(openai, follow, log):
    for minutes in range(250):
        add_events(openai, 1, at=f"-{minutes + 1}m")
    openai.faults(server_error="on@audit_logs#3x30")
    while follow() is not None:
        pass
    (gap,) = log().gaps.all()
    assert ProviderEvent.objects.count() == 200
    oldest = ProviderEvent.objects.order_by("at").values_list("at", flat=True)[0]
    assert (gap.until, log().read_from) == (oldest, oldest)
    assert log().reason
    openai.clear_faults()
    with time_machine.travel(now() + timedelta(minutes=1)):
        assert follow() is None
    assert ProviderEvent.objects.count() == 250
    assert (list(log().gaps.all()), log().reason) == ([], "")
    assert log().read_from < gap.until


@pytest.mark.parametrize(
    "when",
    [(10, 0), (0, 0), (0, 0.4), (0, 0.999)],
    ids=["over an hour", "in one second", "after its beginning", "at its end"],
)
def test_a_small_budget_reads_the_newest_first_and_the_rest_later(
    openai, connection, follow, log, when
):
    connection.requests_per_minute = 2
    connection.save()
    minutes, fraction = when
    second = int(now().timestamp())
    for one in range(9):
        add_events(openai, 60, at=second - 600 - one * minutes * 60)
    # What is read again begins within that second.
    with time_machine.travel(second + fraction, tick=False) as clock:
        asked_again = 0
        while (wait := follow()) is not None:
            asked_again += 1
            assert asked_again < 100
            clock.shift(timedelta(seconds=wait + 0.01))
    assert ProviderEvent.objects.count() == 540
    assert not log().gaps.exists()
    assert len(asked(openai)) < 25


@pytest.mark.parametrize("switch", ["empty", "403", "404"])
def test_a_log_that_is_off_is_asked_once_a_sync(openai, sync, log, switch):
    openai.faults(audit_log=switch)
    sync()
    run_jobs()
    assert log().state == "off"
    openai.forget_requests()
    for _ in range(3):
        tasks.follow_logs.enqueue()
        run_jobs()
    assert asked(openai) == []
    sync()
    run_jobs()
    assert len(asked(openai)) == 1
    # An owner switches it on.
    openai.clear_faults()
    openai.log_in(openai.users()[0]["email"])
    sync()
    run_jobs()
    assert log().state == "on"
    changes = AuditEvent.objects.filter(verb="provider_log.changed").order_by("id")
    assert [one.detail["after"] for one in changes] == ["off", "on"]


def test_a_key_that_may_not_read_it_is_asked_once_a_sync(openai, connection, sync, log):
    openai.faults(missing_scope="audit_logs")
    sync()
    run_jobs()
    assert log().state == "no_scope"
    assert "scope" in log().reason.lower()


def test_a_quiet_log_stays_on(openai, follow, log):
    add_events(openai, 1)
    follow()
    with time_machine.travel(now() + timedelta(days=2)):
        assert follow() is None
        assert log().state == "on"


def test_refusals_for_too_many_requests_are_waited_for(openai, follow, log):
    add_events(openai, 3)
    openai.faults(rate_limited="retry_after@audit_logs#1")
    assert follow() > 0
    assert ProviderEvent.objects.count() == 0
    assert not ProviderLog.objects.exclude(read_until=None).exists()


def test_records_nobody_can_read_do_not_stop_it(openai, follow, log):
    add_events(openai, 5)
    openai.faults(page_odd_item="text@audit_logs")
    assert follow() is None
    assert (ProviderEvent.objects.count(), log().unreadable, log().state) == (4, 1, "on")


def test_a_job_follows_each_connection_that_is_read(openai, connection):
    add_events(openai, 1)
    run_jobs()
    followed = Job.objects.filter(task=tasks.follow_log.module_path)
    before = followed.count()
    add_events(openai, 2)
    tasks.follow_logs.enqueue()
    run_jobs()
    assert ProviderEvent.objects.count() == 3
    assert followed.count() == before + 1
    assert {job.queue for job in followed} == {"sync"}
    connection.state = "paused"
    connection.save()
    tasks.follow_logs.enqueue()
    run_jobs()
    assert followed.count() == before + 1
    assert follow_log(connection_ref=connection.ref, actor=actor_of("ada")) is None


def test_others_see_no_events(openai, follow):
    add_events(openai, 1)
    follow()
    assert queries.provider_events(actor=actor_of("ada")).count() == 1
    assert queries.provider_events(actor=actor_of("hugo")).count() == 0


def test_the_overlap_is_longer_than_events_are_late():
    assert timedelta(minutes=5) < OVERLAP
