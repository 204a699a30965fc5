"""Tests and the answers they gave, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable

from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import zone_name
from tenure.compliance.definition import Definition
from tenure.compliance.models import ComplianceTest, Finding, TestResult, TestState
from tenure.compliance.queries.found import (
    exempted_then,
    open_then,
    seen_findings,
)
from tenure.compliance.queries.then import due_then, seen_until
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import row_count
from tenure.lib.errors import NotFound

HISTORY_DAYS = 90


@dataclass(frozen=True, slots=True)
class TestLine:
    """A test of the catalogue with its latest answer and what the actor may see of its findings."""

    __test__ = False

    definition: Definition
    row: ComplianceTest
    open: int
    overdue: int
    exempted: int
    open_invitations: int
    next_due_at: datetime | None

    @property
    def slug(self) -> str:
        return self.row.slug


def tests_to_run(slugs: Sequence[str], *, actor: Actor) -> list[ComplianceTest]:
    """The named tests, or all of the catalogue, locked; rows are made on first use."""
    actor.require("tests.run")
    for slug in slugs:
        if slug not in catalogue():
            raise NotFound(f"There is no test {slug}; list them with: tenure tests list.")
    known = set(ComplianceTest.objects.values_list("slug", flat=True))
    missing = [ComplianceTest(slug=slug) for slug in catalogue() if slug not in known]
    ComplianceTest.objects.bulk_create(missing, ignore_conflicts=True)
    rows = ComplianceTest.objects.select_for_update().filter(slug__in=slugs or list(catalogue()))
    return list(rows.order_by("slug"))


def results(*, actor: Actor) -> QuerySet[TestResult]:
    """The answers that tests gave, oldest first; an auditor's lie in their window."""
    given = TestResult.objects.order_by("at", "id")
    if not actor.may_somewhere("tests.view"):
        return given.none()
    if actor.window is None:
        return given
    return given.filter(at__gte=actor.window[0], at__lt=actor.window[1])


def tests(*, actor: Actor) -> list[TestLine]:
    """Every test with its counts: the worst first, of those the most overdue. One query.

    To an auditor as it stood at the end of their window: two.
    """
    if not actor.may_somewhere("tests.view"):
        return []
    rows = {row.slug: row for row in ComplianceTest.objects.annotate(**_counts(actor))}
    last = _last_answers(actor)
    lines = []
    for slug, definition in catalogue().items():
        row = rows.get(slug) or ComplianceTest(
            slug=slug, state=TestState.INVALID, state_reason="This test has not run yet."
        )
        if actor.window is not None:
            _as_it_was(row, last, actor)
        lines.append(
            TestLine(
                definition,
                row,
                open=getattr(row, "open", 0),
                overdue=getattr(row, "overdue", 0),
                exempted=getattr(row, "exempted", 0),
                open_invitations=getattr(row, "open_invitations", 0),
                next_due_at=getattr(row, "next_due_at", None),
            )
        )
    order = {str(state): place for place, state in enumerate(_WORST_FIRST)}
    return sorted(
        lines, key=lambda line: (order[line.row.state], -line.overdue, line.definition.title)
    )


def _last_answers(actor: Actor) -> dict[int, TestResult]:
    """By test the last answer in an auditor's window that is over; else the rows have it."""
    if actor.window is None or actor.window[1] > now():
        return {}
    newest = results(actor=actor).filter(test=OuterRef("pk")).order_by("-at", "-id")
    tests_seen = ComplianceTest.objects.annotate(last=Subquery(newest.values("pk")[:1]))
    answers = TestResult.objects.filter(pk__in=tests_seen.values("last"))
    return {answer.test_id: answer for answer in answers}


def _as_it_was(row: ComplianceTest, last: Mapping[int, TestResult], actor: Actor) -> None:
    """Make a row that was read say what the test said in the window."""
    assert actor.window is not None  # noqa: S101 - asked of auditors only
    begins, ends = actor.window
    answer = last.get(row.pk)
    if answer is None and row.ran_at and begins <= row.ran_at < ends and now() < ends:
        return
    row.is_deactivated, row.deactivated_by, row.deactivated_until = False, "", None
    if answer is None:
        row.state, row.coverage, row.ran_at = TestState.INVALID, {}, None
        row.state_reason = "This test gave no answer in your window."
        return
    row.state, row.state_reason, row.ran_at = answer.state, answer.state_reason, answer.at
    row.coverage, row.is_deactivated = answer.coverage, answer.state == TestState.DEACTIVATED
    row.deactivated_reason = answer.state_reason if row.is_deactivated else ""
    for name in ComplianceTest.TERMS:
        setattr(row, name, answer.terms.get(name, getattr(row, name)))


def _counts(actor: Actor) -> dict[str, Combinable]:
    """Of each test by itself, so that an index answers: joined, all findings would be sorted."""
    at = seen_until(actor)
    of_test = Finding.objects.filter(seen_findings(actor), test=OuterRef("pk")).order_by()
    of_test = of_test.annotate(due_then=due_then(actor))
    is_open = of_test.filter(open_then(actor))
    counted = {
        "open": is_open,
        "overdue": is_open.filter(due_then__lte=at),
        "exempted": of_test.filter(exempted_then(actor)),
        "open_invitations": is_open.filter(account=None, subject__startswith="invitation:"),
    }
    due = is_open.filter(due_then__gt=at).order_by("due_then").values("due_then")
    counts: dict[str, Combinable] = {name: row_count(of) for name, of in counted.items()}
    return counts | {"next_due_at": Subquery(due[:1])}


_WORST_FIRST = (
    TestState.NEEDS_ATTENTION,
    TestState.INVALID,
    TestState.OK,
    TestState.NOT_APPLICABLE,
    TestState.DEACTIVATED,
)


def test_to_change(slug: str, *, actor: Actor) -> ComplianceTest:
    """One test's row, locked; made on first use."""
    if not actor.may_somewhere("tests.view") or slug not in catalogue():
        raise NotFound(f"There is no test {slug}, or it is not yours to see.")
    ComplianceTest.objects.get_or_create(slug=slug)
    return ComplianceTest.objects.select_for_update().get(slug=slug)


def test_by_slug(slug: str, *, actor: Actor) -> TestLine:
    """One test with its counts."""
    for line in tests(actor=actor):
        if line.slug == slug:
            return line
    raise NotFound(f"There is no test {slug}, or it is not yours to see.")


test_to_change.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect
test_by_slug.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a test. `kind`: ok, at (findings on time), ov (overdue), na (no data)."""

    on: date
    kind: str
    open: int
    overdue: int = 0


def histories(*, actor: Actor, days: int = HISTORY_DAYS) -> dict[int, list[Day]]:
    """The last answer of each day of the organization, per test id; a day without an answer is no
    data. One query.

    An auditor's days end with their window.
    """
    until = seen_until(actor)
    zone: tzinfo = UTC
    last_of_day: dict[tuple[int, date], TestResult] = {}
    # One day more than is shown: which days those are, the zone says that is read with them.
    some = results(actor=actor).filter(at__gte=until - timedelta(days=days + 1))
    for result in some.annotate(zone=zone_name()):
        zone = ZoneInfo(result.zone)
        last_of_day[result.test_id, result.at.astimezone(zone).date()] = result
    first = until.astimezone(zone).date() - timedelta(days=days - 1)
    tests_seen = {test_id for test_id, _ in last_of_day}
    return {
        test_id: [
            _day(first + timedelta(days=n), last_of_day.get((test_id, first + timedelta(days=n))))
            for n in range(days)
        ]
        for test_id in tests_seen
    }


def _day(on: date, result: TestResult | None) -> Day:
    if result is None or result.state not in (TestState.OK, TestState.NEEDS_ATTENTION):
        return Day(on, "na", 0)
    if result.state == TestState.OK:
        return Day(on, "ok", 0)
    return Day(on, "ov" if result.overdue else "at", result.open, result.overdue)
