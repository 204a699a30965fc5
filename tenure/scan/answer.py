"""What a scan found, in a shape that every format is written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from tenure.compliance import explaining
from tenure.compliance import queries as compliance
from tenure.compliance.models import Finding, TestState
from tenure.connections.models import Connection
from tenure.inventory import queries as inventory
from tenure.inventory.models import Account, Invitation, SyncRun
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity
from tenure.people import queries as people
from tenure.people.models import PeopleImport, Person
from tenure.people.states import state_expression
from tenure.scan.source import PeopleFile

FailOn = Literal["any", "overdue"]


@dataclass(frozen=True, slots=True)
class Failing:
    """One thing that fails a test: what it is, whose, and until when it may be so.

    `line` is the line of the people file that names the person. `says` is what is wrong with
    something that is neither account nor invitation, such as the organization itself.
    """

    kind: str
    external_id: str
    email: str
    name: str
    role: str
    person: Person | None
    state: str
    since: datetime
    due_at: datetime
    is_overdue: bool
    line: int | None
    says: str = ""

    @property
    def label(self) -> str:
        return self.email or self.name or self.external_id or self.kind

    @property
    def last_day(self) -> date | None:
        return self.person.ends_on if self.person else None

    @property
    def due(self) -> str:
        """`overdue since 2026-11-25`, or the day by which something must be done."""
        return f"{'overdue since' if self.is_overdue else 'due'} {self.due_at:%Y-%m-%d}"

    def counts(self, fail_on: FailOn) -> bool:
        return fail_on == "any" or self.is_overdue

    @property
    def sentence(self) -> str:
        if self.says:
            return f"{self.says.rstrip('.')} ({self.due})."
        role = f" ({self.role})" if self.role else ""
        whose = ""
        if self.person:
            whose = f" of {self.person}, {self.state.replace('_', ' ')}"
            whose += f", last day {self.last_day}" if self.last_day else ""
        return f"{self.kind.capitalize()} {self.label}{role}{whose}: {self.due}."


@dataclass(frozen=True, slots=True)
class TestAnswer:
    """One test of the catalogue: its state, and everything that fails it."""

    __test__ = False

    slug: str
    title: str
    state: str
    reason: str
    coverage: Mapping[str, object]
    failing: Sequence[Failing]

    @property
    def overdue(self) -> int:
        return sum(one.is_overdue for one in self.failing)

    @property
    def says(self) -> str:
        """`7 findings, 2 overdue`."""
        late = f", {self.overdue:,} overdue" if self.overdue else ""
        return quantity(len(self.failing), "finding") + late

    def counted(self, fail_on: FailOn) -> list[Failing]:
        """Those that make the test fail."""
        return [one for one in self.failing if one.counts(fail_on)]

    @property
    def is_invalid(self) -> bool:
        return self.state == TestState.INVALID

    @property
    def is_judged(self) -> bool:
        return self.state in (TestState.OK, TestState.NEEDS_ATTENTION)


@dataclass(frozen=True)
class Answer:
    """The whole of it: who was asked, what was read, and what follows."""

    connection: Connection
    run: SyncRun
    people: PeopleImport
    tests: Sequence[TestAnswer]
    accounts: int
    fail_on: FailOn
    at: datetime

    @cached_property
    def unread(self) -> str:
        """Why the organization is not wholly known; empty when it is."""
        if self.run.status == SyncRun.Status.COMPLETE:
            return ""
        return self.run.reason or f"The reading ended {self.run.status}."

    @property
    def headline(self) -> str:
        """`3 accounts read, 3 people in the file. 2 of 2 tests fail.`"""
        read = quantity(self.accounts, "account")
        return f"{read} read, {quantity(self.people.created, 'person', 'people')} in the file. " + (
            " ".join(self._verdicts) or "No test fails."
        )

    @property
    def _verdicts(self) -> Iterator[str]:
        fail = sum(bool(one.counted(self.fail_on)) for one in self.tests)
        blind = sum(one.is_invalid for one in self.tests)
        later = sum(len(one.failing) for one in self.tests)
        if fail:
            yield f"{fail} of {quantity(len(self.tests), 'test')} fail."
        elif later:
            yield f"Nothing is overdue; {quantity(later, 'finding')} will be."
        if blind:
            yield f"{quantity(blind, 'test')} could not be judged."

    @property
    def is_ok(self) -> bool:
        """Nothing that counts was found, and there was nothing that could not be looked at."""
        return not (
            self.unread
            or self.people.rejected
            or any(one.is_invalid or one.counted(self.fail_on) for one in self.tests)
        )


def answer(
    *, run: SyncRun, imported: PeopleImport, file: PeopleFile, fail_on: FailOn, actor: Actor
) -> Answer:
    """Collect what the tests said, with the names that an installation would show."""
    at, connection = now(), run.connection
    invitations = {
        f"invitation:{one.ref}": one
        for one in inventory.pending_invitations(connection, actor=actor)
    }
    everybody = people.people(actor=actor).annotate(state=state_expression(at=at))
    states: dict[int, str] = dict(everybody.values_list("pk", "state"))
    failing: dict[str, list[Failing]] = {}
    for finding in compliance.open_findings(actor=actor).order_by("due_at", "id").iterator():
        # A key is nobody's account, whoever owns it.
        account = None if finding.credential else finding.account
        about = account or invitations.get(finding.subject)
        one = _failing(finding, about, states=states, file=file, at=at)
        failing.setdefault(finding.test.slug, []).append(one)
    tests = [
        TestAnswer(
            slug=line.slug,
            title=line.definition.title,
            state=line.row.state,
            reason=line.row.state_reason,
            coverage=line.row.coverage,
            failing=failing.get(line.slug, []),
        )
        for line in compliance.tests(actor=actor)
    ]
    accounts = inventory.present_accounts(actor=actor).count()
    return Answer(connection, run, imported, tests, accounts, fail_on, at)


def _failing(
    finding: Finding,
    about: Account | Invitation | None,
    *,
    states: Mapping[int, str],
    file: PeopleFile,
    at: datetime,
) -> Failing:
    person, named = finding.person, about or finding.credential
    return Failing(
        kind="key" if finding.credential else finding.subject.partition(":")[0],
        external_id=named.external_id if named else "",
        email=about.email if about else "",
        name=about.name if isinstance(about, Account) else "" if about else explaining.who(finding),
        role=about.role if about else "",
        person=person,
        state=states.get(person.pk, "") if person else "",
        since=finding.since,
        due_at=finding.due_at,
        is_overdue=finding.due_at <= at,
        line=file.line_of(person) if person else None,
        says="" if about else explaining.sentence(finding),
    )
