"""Running one test: what fails now, compared with the findings that are open.

The number of statements does not depend on how much fails, only on how many thousands are new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenure.compliance import rules
from tenure.compliance.calendar import Unit, WorkingDays
from tenure.compliance.deadlines import sla_of
from tenure.compliance.definition import Coverage, Definition, Failing
from tenure.compliance.models import ComplianceTest, Exemption, Finding, TestResult

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of one test came to."""

    slug: str
    state: str
    opened: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """One test as it is asked in one run."""

    row: ComplianceTest
    test: Definition
    at: datetime
    days: WorkingDays

    def due(self, finding: Finding) -> datetime:
        """When the time is over that was allowed on the day the finding was opened."""
        begins = max(finding.since, finding.reopened_at or finding.since)
        unit: Unit = "business" if finding.sla_unit == "business" else "calendar"
        return self.days.due(begins, days=finding.sla_days, unit=unit)

    def why(self, one: Failing) -> dict[str, object]:
        return {"rule": self.test.rule, "inputs": [given.printed() for given in one.inputs]}


def evaluate(
    row: ComplianceTest, test: Definition, *, problem: str, at: datetime, days: WorkingDays
) -> Outcome:
    """Judge, open and resolve findings, and keep the answer.

    With a problem in the data nothing is opened and nothing resolved: the findings stay as they
    were when the data was last good.
    """
    if row.is_deactivated or problem:
        return _keep(row, test, problem=problem, at=at)
    asking, limits = Asking(row, test, at, days), test.limits(row.thresholds)
    failing = {one.subject: one for one in test.failing(at, limits)}
    live = {
        finding.subject: finding for finding in row.findings.exclude(state=Finding.State.RESOLVED)
    }
    new = [_finding(asking, one) for subject, one in failing.items() if subject not in live]
    Finding.objects.bulk_create(new, batch_size=_BATCH)
    _refresh([(live[one.subject], one) for one in failing.values() if one.subject in live], asking)
    over = [finding.pk for subject, finding in live.items() if subject not in failing]
    _resolve(over, at)
    coverage, moot = test.coverage(at, limits), test.not_applicable(at, limits)
    if not failing and not moot:
        problem = rules.coverage_problem(
            of=coverage.of,
            judged=coverage.judged,
            what=coverage.what,
            may_be_none=coverage.may_be_none,
            hint=coverage.hint,
        )
    outcome = _keep(row, test, problem=problem, moot=moot, at=at, coverage=coverage)
    return Outcome(test.slug, outcome.state, opened=len(new), resolved=len(over))


def _resolve(over: list[int], at: datetime) -> None:
    """What fails no more is resolved; an exemption of it is over, and covers nothing later."""
    for start in range(0, len(over), _BATCH):
        some = over[start : start + _BATCH]
        Finding.objects.filter(pk__in=some).update(state=Finding.State.RESOLVED, resolved_at=at)
        Exemption.objects.filter(finding__in=some, state=Exemption.State.ACTIVE).update(
            state=Exemption.State.EXPIRED, ended_at=at
        )


def _finding(asking: Asking, one: Failing) -> Finding:
    sla = sla_of(asking.row, asking.test)
    finding = Finding(
        test=asking.row,
        subject=one.subject,
        connection_id=one.connection_id,
        account_id=one.account_id,
        person_id=one.person_id,
        why=asking.why(one),
        since=one.since,
        sla_days=sla.days,
        sla_unit=sla.unit,
        opened_at=asking.at,
    )
    finding.due_at = asking.due(finding)
    return finding


def _refresh(pairs: list[tuple[Finding, Failing]], asking: Asking) -> None:
    """Inputs may have moved (a corrected end date, a new role); the time allowed stays.

    While the clock began when it did, a new calendar moves no due date either.
    """
    moved = []
    for finding, one in pairs:
        why = asking.why(one)
        since = min(finding.since, one.since) if one.is_at_the_latest else one.since
        if (finding.why, finding.since, finding.person_id) != (why, since, one.person_id):
            is_later_or_earlier = finding.since != since
            finding.why, finding.since, finding.person_id = why, since, one.person_id
            if is_later_or_earlier:
                finding.due_at = asking.due(finding)
            moved.append(finding)
    Finding.objects.bulk_update(
        moved, ["why", "since", "due_at", "person"], batch_size=_BATCH // 10
    )


def _keep(
    row: ComplianceTest,
    test: Definition,
    *,
    problem: str,
    at: datetime,
    moot: str = "",
    coverage: Coverage | None = None,
) -> Outcome:
    open_findings = row.findings.filter(state=Finding.State.OPEN)
    count, overdue = open_findings.count(), open_findings.filter(due_at__lte=at).count()
    exempted = row.findings.filter(state=Finding.State.EXEMPTED).count()
    row.state = rules.state(
        is_deactivated=row.is_deactivated,
        problem=problem,
        open_findings=count,
        not_applicable=moot,
    )
    row.state_reason, row.ran_at = problem or (moot if not count else ""), at
    if coverage is not None:
        row.coverage = {**coverage.printed(), "exempted": exempted}
    row.save(update_fields=["state", "state_reason", "ran_at", "coverage"])
    _remember(row, count, overdue, at)
    return Outcome(test.slug, row.state)


def _remember(row: ComplianceTest, count: int, overdue: int, at: datetime) -> None:
    """The history keeps every change, and one answer a day where nothing changes."""
    last = row.results.order_by("-at", "-id").first()
    said = (row.state, row.state_reason, count, overdue)
    if (
        last is not None
        and last.at.date() == at.date()
        and said == (last.state, last.state_reason, last.open, last.overdue)
    ):
        return
    TestResult.objects.create(
        test=row,
        at=at,
        state=row.state,
        state_reason=row.state_reason,
        open=count,
        overdue=overdue,
        coverage=row.coverage,
    )
