"""Running one test: what fails now, compared with the findings that are open.

What fails is read as a stream. The number of statements depends only on how many thousands are new
or moved: what fails as it did is known by its fingerprint, and nothing of it is read or written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tenure.compliance import rules
from tenure.compliance.calendar import Unit, WorkingDays
from tenure.compliance.deadlines import Sla, sla_of
from tenure.compliance.definition import Coverage, Definition, Failing
from tenure.compliance.exempting import lapse
from tenure.compliance.keeping import MOVING, keep_as_they_were
from tenure.compliance.models import ComplianceTest, Exemption, Finding, TestResult
from tenure.compliance.publishing import publish_findings
from tenure.lib.ids import uuid7s
from tenure.lib.rows import insert_rows, write_rows

_BATCH = 2_000
_INSERTED = (
    "ref",
    "test",
    "subject",
    "connection",
    "account",
    "credential",
    "person",
    "state",
    "why",
    "fingerprint",
    "since",
    "sla_days",
    "sla_unit",
    "opened_at",
    "due_at",
)
_print = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of one test came to."""

    slug: str
    state: str
    opened: int = 0
    resolved: int = 0
    lapsed: Sequence[Exemption] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """One test as it is asked in one run."""

    row: ComplianceTest
    test: Definition
    sla: Sla
    at: datetime
    days: WorkingDays

    def due(self, finding: Finding) -> datetime:
        """When the time is over that was allowed on the day the finding was opened."""
        begins = max(finding.since, finding.reopened_at or finding.since)
        unit: Unit = "business" if finding.sla_unit == "business" else "calendar"
        return self.days.due(begins, days=finding.sla_days, unit=unit)

    def why(self, one: Failing) -> dict[str, object]:
        return {"rule": self.test.rule, "inputs": [given.printed() for given in one.inputs]}

    def fingerprint(self, one: Failing) -> int:
        """Equal when a finding would print what it prints already."""
        said = _print((self.test.rule, one.person_id, one.inputs))
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), signed=True)


@dataclass(slots=True)
class _Comparison:
    """What fails, beside the findings that were live when the run began.

    `live` keeps those that nothing has failed for yet: in the end, those that are over.
    """

    asking: Asking
    live: dict[str, tuple[int, int | None, datetime]]
    failing: int = 0
    opened: int = 0
    new: list[tuple[Failing, int]] = field(default_factory=list)
    moved: dict[int, tuple[Failing, int]] = field(default_factory=dict)
    lapsed: list[Exemption] = field(default_factory=list)

    def take(self, one: Failing) -> None:
        self.failing += 1
        fingerprint = self.asking.fingerprint(one)
        known = self.live.pop(one.subject, None)
        if known is None:
            self.new.append((one, fingerprint))
        elif known[1] != fingerprint or known[2] != _since(one, known[2]):
            self.moved[known[0]] = one, fingerprint
        if max(len(self.new), len(self.moved)) >= _BATCH:
            self.write()

    def write(self) -> None:
        """Store what has come together."""
        if self.new:
            _open(self.new, self.asking)
        if self.moved:
            moved = _refresh(self.moved, self.asking)
            self.lapsed += lapse(moved, days=self.asking.days, at=self.asking.at)
        self.opened += len(self.new)
        self.new, self.moved = [], {}


def evaluate(
    row: ComplianceTest,
    test: Definition,
    *,
    problem: str,
    gap: str = "",
    at: datetime,
    days: WorkingDays,
) -> Outcome:
    """Judge, open and resolve findings, and keep the answer.

    With a problem in the data nothing is opened and nothing resolved: the findings stay as they
    were when the data was last good. With a gap in it what fails is found, and nothing passes.
    """
    if row.is_deactivated or problem:
        return _keep(row, test, problem=problem, at=at, days=days)
    limits = test.limits(row.thresholds)
    compared = _Comparison(Asking(row, test, sla_of(row, test), at, days), _live(row))
    for one in test.failing(at, limits):
        compared.take(one)
    compared.write()
    over = [key for key, *_ in compared.live.values()]
    _resolve(over, at)
    publish_findings(row, opened=compared.opened, resolved=len(over), at=at)
    coverage, moot = test.coverage(at, limits), test.not_applicable(at, limits)
    problem = coverage.problem
    if not problem and not compared.failing and not moot:
        problem = gap or rules.coverage_problem(
            of=coverage.of,
            judged=coverage.judged,
            what=coverage.what,
            may_be_none=coverage.may_be_none,
            hint=coverage.hint,
            cure=coverage.cure,
        )
    outcome = _keep(row, test, problem=problem, moot=moot, at=at, days=days, coverage=coverage)
    return Outcome(
        test.slug,
        outcome.state,
        opened=compared.opened,
        resolved=len(over),
        lapsed=compared.lapsed,
    )


def _live(row: ComplianceTest) -> dict[str, tuple[int, int | None, datetime]]:
    """By its subject what tells whether a live finding moved."""
    live = row.findings.exclude(state=Finding.State.RESOLVED).order_by()
    columns = live.values_list("subject", "pk", "fingerprint", "since")
    return {
        subject: (pk, fingerprint, since)
        for subject, pk, fingerprint, since in columns.iterator(chunk_size=_BATCH)
    }


def _resolve(over: list[int], at: datetime) -> None:
    """What fails no more is resolved; an exemption of it is over, and covers nothing later."""
    for start in range(0, len(over), _BATCH):
        some = over[start : start + _BATCH]
        Finding.objects.filter(pk__in=some).update(state=Finding.State.RESOLVED, resolved_at=at)
        Exemption.objects.filter(finding__in=some, state=Exemption.State.ACTIVE).update(
            state=Exemption.State.EXPIRED, ended_at=at
        )


def _open(new: list[tuple[Failing, int]], asking: Asking) -> None:
    sla, test_id = asking.sla, asking.row.pk
    insert_rows(
        Finding,
        _INSERTED,
        (
            (
                ref,
                test_id,
                one.subject,
                one.connection_id,
                one.account_id,
                one.credential_id,
                one.person_id,
                Finding.State.OPEN.value,
                asking.why(one),
                fingerprint,
                one.since,
                sla.days,
                sla.unit,
                asking.at,
                asking.days.due(one.since, days=sla.days, unit=sla.unit),
            )
            for ref, (one, fingerprint) in zip(uuid7s(len(new)), new, strict=True)
        ),
    )


def _since(one: Failing, before: datetime) -> datetime:
    """When it began, for all we know now."""
    return min(before, one.since) if one.is_at_the_latest else one.since


def _refresh(moved: dict[int, tuple[Failing, int]], asking: Asking) -> list[Finding]:
    """Inputs may have moved (a corrected end date, a new role); the time allowed stays.

    While the clock began when it did, a new calendar moves no due date either.
    """
    columns = ("ref", "state", "reopened_at", "sla_days", "sla_unit", *MOVING)
    findings = list(Finding.objects.filter(pk__in=list(moved)).only(*columns))
    keep_as_they_were(findings, until=asking.at)
    for finding in findings:
        one, finding.fingerprint = moved[finding.pk]
        since = _since(one, finding.since)
        finding.why, finding.person_id = asking.why(one), one.person_id
        finding.account_id = one.account_id
        if finding.since != since:
            finding.since = since
            finding.due_at = asking.due(finding)
    write_rows(findings, ["why", "fingerprint", "since", "due_at", "person", "account"])
    return findings


def _keep(
    row: ComplianceTest,
    test: Definition,
    *,
    problem: str,
    at: datetime,
    days: WorkingDays,
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
    if row.is_deactivated:
        row.state_reason = row.deactivated_reason  # the history keeps why nothing was asked
    if coverage is not None:
        row.coverage = {**coverage.printed(), "exempted": exempted}
    row.save(update_fields=["state", "state_reason", "ran_at", "coverage"])
    _remember(row, count, overdue, at=at, days=days)
    return Outcome(test.slug, row.state)


def _remember(
    row: ComplianceTest, count: int, overdue: int, *, at: datetime, days: WorkingDays
) -> None:
    """The history keeps every change, and one answer a day where nothing changes."""
    last = row.results.order_by("-at", "-id").first()
    terms = {name: getattr(row, name) for name in ComplianceTest.TERMS}
    said = (row.state, row.state_reason, count, overdue, terms)
    if (
        last is not None
        and days.day_of(last.at) == days.day_of(at)
        and said == (last.state, last.state_reason, last.open, last.overdue, last.terms)
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
        terms=terms,
    )
