"""An auditor's window: what was alive in it, and what tests said in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tenure.compliance import pages, queries, trends, wording
from tenure.compliance.models import ComplianceTest, Exemption, Finding, TestResult
from tenure.compliance.queries import WorkAsked
from tenure.lib.errors import NotFound
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection

pytestmark = pytest.mark.django_db
SLUG = "leavers-deprovisioned"
FROM, UNTIL = date(2026, 9, 1), date(2026, 9, 30)
BEGINS, ENDS = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
TICK, DAY = timedelta(milliseconds=1), timedelta(days=1)
LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)
AUD = actor_of("aud", window=(FROM, UNTIL))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def row() -> ComplianceTest:
    return ComplianceTest.objects.create(slug=SLUG)


def make_finding(row: ComplianceTest, opened_at: datetime, resolved_at: datetime | None) -> Finding:
    return Finding.objects.create(
        test=row,
        subject="account:1",
        connection=make_connection(),
        state="resolved" if resolved_at else "open",
        since=opened_at,
        opened_at=opened_at,
        due_at=opened_at + DAY,
        resolved_at=resolved_at,
        sla_days=1,
    )


@pytest.mark.parametrize(
    ("opened_at", "resolved_at", "is_seen"),
    [
        (BEGINS - DAY, BEGINS - TICK, False),
        (BEGINS - DAY, BEGINS, True),
        (BEGINS - DAY, None, True),
        (BEGINS, ENDS - TICK, True),
        (BEGINS - DAY, ENDS + DAY, True),
        (ENDS - TICK, None, True),
        (ENDS, None, False),
        (ENDS, ENDS + DAY, False),
    ],
)
def test_a_finding_is_an_auditors_when_it_was_alive_in_the_window(
    row, opened_at, resolved_at, is_seen
):
    finding = make_finding(row, opened_at, resolved_at)
    assert queries.findings(actor=AUD).exists() == is_seen
    assert queries.findings(actor=actor_of("mara")).exists()
    # What was resolved after the window was still open at its end.
    is_counted = is_seen and (resolved_at is None or resolved_at >= ENDS)
    assert queries.test_by_slug(SLUG, actor=AUD).open == is_counted
    assert queries.open_counts(actor=AUD).open == is_counted
    if not is_seen:
        with pytest.raises(NotFound):
            queries.finding_by_ref(finding.ref, actor=AUD)


def test_a_window_in_days_to_come_holds_nothing_yet(row, today):
    make_finding(row, BEGINS - 30 * DAY, None)
    today.move_to(BEGINS - DAY)
    assert not queries.findings(actor=AUD).exists()
    today.move_to(BEGINS)
    assert queries.findings(actor=AUD).exists()


def test_the_history_is_that_of_the_window_however_long_ago(row, today):
    for at in (BEGINS - TICK, BEGINS, ENDS - TICK, ENDS):
        TestResult.objects.create(test=row, at=at, state="needs_attention", open=1)
    today.move_to(ENDS + 200 * DAY)
    days = queries.histories(actor=AUD)[row.pk]
    assert (days[-1].on, len(days)) == (UNTIL, queries.HISTORY_DAYS)
    assert [day.on for day in days if day.kind == "at"] == [FROM, UNTIL]


def test_the_trend_of_findings_ends_with_the_window(row):
    TestResult.objects.create(test=row, at=ENDS - DAY, state="needs_attention", open=3)
    TestResult.objects.create(test=row, at=ENDS + DAY, state="needs_attention", open=8)
    assert {row[1] for row in trends.finding_trend(actor=AUD)["rows"]} == {3}
    assert 8 in {row[1] for row in trends.finding_trend(actor=actor_of("mara"))["rows"]}


def make_exemption(finding: Finding, exempted_at: datetime, ended_at: datetime | None, **given):
    return Exemption.objects.create(
        finding=finding,
        kind="accepted",
        reason="A handover",
        until=(ended_at or LATER).date(),
        ends_at=ended_at or LATER + DAY,
        state="expired" if ended_at else "active",
        exempted_at=exempted_at,
        exempted_by="Mara",
        ended_at=ended_at,
        **given,
    )


@pytest.mark.parametrize(
    ("exempted_at", "ended_at", "is_listed", "is_exempted_at_its_end"),
    [
        (BEGINS - DAY, BEGINS - TICK, False, False),
        (BEGINS - DAY, BEGINS, True, False),
        (BEGINS, ENDS - TICK, True, False),
        (BEGINS, ENDS + DAY, True, True),
        (ENDS - TICK, None, True, True),
        (ENDS, None, False, False),
    ],
)
def test_an_exemption_is_an_auditors_when_it_was_in_force_in_the_window(
    row, exempted_at, ended_at, is_listed, is_exempted_at_its_end
):
    finding = make_finding(row, BEGINS - 3 * DAY, None)
    if ended_at is None:
        Finding.objects.update(state="exempted")
    make_exemption(finding, exempted_at, ended_at)
    assert queries.exemptions(actor=AUD).exists() == is_listed
    line = queries.test_by_slug(SLUG, actor=AUD)
    assert (line.exempted, line.open) == (
        int(is_exempted_at_its_end),
        int(not is_exempted_at_its_end),
    )
    (seen,) = wording.lines(queries.findings(actor=AUD), at=queries.seen_until(AUD))
    assert seen.state == ("exempted" if is_exempted_at_its_end else "open")


def test_what_happened_after_the_window_is_not_told(row):
    """Resolved late in October: at the end of September it was open and past due."""
    make_finding(row, BEGINS + DAY, ENDS + 20 * DAY)
    (seen,) = wording.lines(queries.findings(actor=AUD), at=queries.seen_until(AUD))
    assert (seen.state, seen.urgency) == ("open", "Overdue 27 days")
    late, overdue = WorkAsked(show="late"), WorkAsked(show="overdue")
    assert not queries.work_page(late, actor=AUD).rows
    assert len(queries.work_page(overdue, actor=AUD).rows) == 1
    counts = queries.work_counts(overdue, actor=AUD)
    assert (counts["late"], counts["overdue"], counts["exempted"]) == (0, 1, 0)


def test_what_was_resolved_late_in_the_window_is_told_however_long_ago(row, today):
    make_finding(row, BEGINS + DAY, BEGINS + 5 * DAY)
    today.move_to(ENDS + 300 * DAY)
    (finding,) = queries.work_page(WorkAsked(show="late"), actor=AUD).rows
    (seen,) = wording.lines([finding], at=queries.seen_until(AUD))
    assert seen.urgency == "Resolved late"


def test_an_end_after_the_window_is_not_told_of_an_exemption(row):
    finding = make_finding(row, BEGINS, None)
    make_exemption(finding, BEGINS + DAY, ENDS + DAY)
    (line,) = pages.exemption_lines(queries.exemptions(actor=AUD), actor=AUD)
    assert (line["is_over"], line["state"]) == (False, "Active")
