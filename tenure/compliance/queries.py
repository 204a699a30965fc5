"""Every way to read tests and findings; each returns only what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from tenure.compliance.catalog import catalogue
from tenure.compliance.definition import Definition
from tenure.compliance.models import ComplianceTest, Finding, TestResult, TestState
from tenure.lib.actor import Actor
from tenure.lib.clock import now
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


def findings(*, actor: Actor) -> QuerySet[Finding]:
    """Findings of this actor's connections; to an auditor, those alive in their window."""
    seen = Finding.objects.select_related("test", "connection", "account", "person", "owner")
    return seen.filter(_mine(actor))


def _mine(actor: Actor, of: str = "") -> Q:
    """Which findings the actor may see; `of` leads to them from another row."""
    mine, scope = Q(), actor.connections_where("findings.view")
    if scope is not None:
        mine &= Q(**{f"{of}connection__ref__in": scope})
    if actor.window is not None:
        begins, ends = actor.window
        mine &= Q(**{f"{of}opened_at__lt": ends})
        live = Q(**{f"{of}resolved_at__gte": begins})
        # What is open now is not yet known to be so in days to come.
        mine &= live | Q(**{f"{of}resolved_at": None}) if begins <= now() else live
    return mine


def results(*, actor: Actor) -> QuerySet[TestResult]:
    """The answers that tests gave, oldest first; an auditor's lie in their window."""
    given = TestResult.objects.order_by("at", "id")
    if not actor.may_somewhere("tests.view"):
        return given.none()
    if actor.window is None:
        return given
    return given.filter(at__gte=actor.window[0], at__lt=actor.window[1])


def open_findings(*, actor: Actor) -> QuerySet[Finding]:
    return findings(actor=actor).filter(state=Finding.State.OPEN)


def finding_by_ref(ref: UUID | str, *, actor: Actor) -> Finding:
    try:
        found = findings(actor=actor).filter(ref=UUID(str(ref))).first()
    except ValueError:  # no ref at all
        found = None
    if found:
        return found
    raise NotFound("There is no such finding, or it is not yours to see.")


def tests(*, actor: Actor) -> list[TestLine]:
    """Every test with its counts: the worst first, then by title. One query."""
    if not actor.may_somewhere("tests.view"):
        return []
    at, mine = now(), _mine(actor, of="findings__")
    is_open = mine & Q(findings__state=Finding.State.OPEN)
    rows = {
        row.slug: row
        for row in ComplianceTest.objects.annotate(
            open=Count("findings", filter=is_open),
            overdue=Count("findings", filter=is_open & Q(findings__due_at__lte=at)),
            exempted=Count("findings", filter=mine & Q(findings__state=Finding.State.EXEMPTED)),
            open_invitations=Count(
                "findings", filter=is_open & Q(findings__subject__startswith="invitation:")
            ),
            next_due_at=Min("findings__due_at", filter=is_open & Q(findings__due_at__gt=at)),
        )
    }
    lines = []
    for slug, definition in catalogue().items():
        row = rows.get(slug) or ComplianceTest(
            slug=slug, state=TestState.INVALID, state_reason="This test has not run yet."
        )
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
    return sorted(lines, key=lambda line: (order[line.row.state], line.definition.title))


_WORST_FIRST = (
    TestState.NEEDS_ATTENTION,
    TestState.INVALID,
    TestState.OK,
    TestState.NOT_APPLICABLE,
    TestState.DEACTIVATED,
)


def test_by_slug(slug: str, *, actor: Actor) -> TestLine:
    """One test with its counts."""
    for line in tests(actor=actor):
        if line.slug == slug:
            return line
    raise NotFound(f"There is no test {slug}, or it is not yours to see.")


test_by_slug.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a test. `kind`: ok, at (findings on time), ov (overdue), na (no data)."""

    on: date
    kind: str
    open: int


def histories(*, actor: Actor, days: int = HISTORY_DAYS) -> dict[int, list[Day]]:
    """The last answer of each day per test id; a day without an answer is no data. One query.

    An auditor's days end with their window.
    """
    at = now() if actor.window is None else min(now(), actor.window[1] - timedelta.resolution)
    first = at.date() - timedelta(days=days - 1)
    last_of_day: dict[tuple[int, date], TestResult] = {}
    for result in results(actor=actor).filter(at__date__gte=first):
        last_of_day[result.test_id, result.at.date()] = result
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
    return Day(on, "ov" if result.overdue else "at", result.open)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings are open, and overdue."""

    open: int
    overdue: int


def open_counts(*, actor: Actor) -> Counts:
    """For the navigation. One query."""
    if not actor.may_somewhere("findings.view"):
        return Counts(0, 0)
    counted = open_findings(actor=actor).aggregate(
        open=Count("id"), overdue=Count("id", filter=Q(due_at__lte=now()))
    )
    return Counts(counted["open"], counted["overdue"])


def live_findings(*, actor: Actor) -> QuerySet[Finding]:
    """Open and exempted findings, the most urgent first."""
    return findings(actor=actor).exclude(state=Finding.State.RESOLVED).order_by("due_at", "id")


@dataclass(frozen=True, slots=True)
class Resolution:
    """How long one finding took, and whether that was too long."""

    at: datetime
    hours: float
    is_late: bool


def resolutions(slug: str, *, within: timedelta, actor: Actor) -> list[Resolution]:
    """The findings of a test that were resolved in the last so many days."""
    found = findings(actor=actor).filter(
        test__slug=slug, state=Finding.State.RESOLVED, resolved_at__gte=now() - within
    )
    return [
        Resolution(at, hours=(at - since).total_seconds() / 3600, is_late=at > due_at)
        for since, at, due_at in found.values_list("since", "resolved_at", "due_at")
        if at is not None
    ]
