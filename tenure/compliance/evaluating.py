"""Running one test: what fails now, compared with the findings that are open.

The number of statements does not depend on how much fails, only on how many thousands are new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenure.compliance import calendar, rules
from tenure.compliance.definition import Coverage, Definition, Failing
from tenure.compliance.models import ComplianceTest, Finding, TestResult

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of one test came to."""

    slug: str
    state: str
    opened: int = 0
    resolved: int = 0


def evaluate(row: ComplianceTest, test: Definition, *, problem: str, at: datetime) -> Outcome:
    """Judge, open and resolve findings, and keep the answer.

    With a problem in the data nothing is opened and nothing resolved: the findings stay as they
    were when the data was last good.
    """
    if row.is_deactivated or problem:
        return _keep(row, test, problem=problem, at=at)
    failing = {one.subject: one for one in test.failing(at)}
    live = {
        finding.subject: finding for finding in row.findings.exclude(state=Finding.State.RESOLVED)
    }
    new = [_finding(row, test, one, at) for subject, one in failing.items() if subject not in live]
    Finding.objects.bulk_create(new, batch_size=_BATCH)
    _refresh([(live[one.subject], one) for one in failing.values() if one.subject in live], test)
    over = [finding.pk for subject, finding in live.items() if subject not in failing]
    for start in range(0, len(over), _BATCH):
        row.findings.filter(pk__in=over[start : start + _BATCH]).update(
            state=Finding.State.RESOLVED, resolved_at=at
        )
    coverage = test.coverage(at)
    if not failing:
        problem = rules.coverage_problem(of=coverage.of, judged=coverage.judged, what=coverage.what)
    outcome = _keep(row, test, problem=problem, at=at, coverage=coverage)
    return Outcome(test.slug, outcome.state, opened=len(new), resolved=len(over))


def _finding(row: ComplianceTest, test: Definition, one: Failing, at: datetime) -> Finding:
    days = row.sla_days or test.sla_days
    return Finding(
        test=row,
        subject=one.subject,
        connection_id=one.connection_id,
        account_id=one.account_id,
        person_id=one.person_id,
        why=_why(test, one),
        since=one.since,
        sla_days=days,
        opened_at=at,
        due_at=calendar.due(one.since, days=days),
    )


def _why(test: Definition, one: Failing) -> dict[str, object]:
    return {"rule": test.rule, "inputs": [given.printed() for given in one.inputs]}


def _refresh(pairs: list[tuple[Finding, Failing]], test: Definition) -> None:
    """Inputs may have moved (a corrected end date, a new role); the time allowed stays."""
    moved = []
    for finding, one in pairs:
        why = _why(test, one)
        since = min(finding.since, one.since) if one.is_at_the_latest else one.since
        if (finding.why, finding.since, finding.person_id) != (why, since, one.person_id):
            finding.why, finding.since, finding.person_id = why, since, one.person_id
            finding.due_at = calendar.due(since, days=finding.sla_days)
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
    coverage: Coverage | None = None,
) -> Outcome:
    open_findings = row.findings.filter(state=Finding.State.OPEN)
    count, overdue = open_findings.count(), open_findings.filter(due_at__lte=at).count()
    exempted = row.findings.filter(state=Finding.State.EXEMPTED).count()
    row.state = rules.state(is_deactivated=row.is_deactivated, problem=problem, open_findings=count)
    row.state_reason, row.ran_at = problem, at
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
