from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.lib.endpoints import Given, Instant, Moment, Named, NextPage, PageOf, one_of
from tenure.people import queries
from tenure.people.explaining import Said
from tenure.people.models import Delegation, PeopleImport, PersonChange, PersonMerge


class ImportQuery(Given):
    full: bool = Field(
        default=False, description="The file lists everybody: who is missing becomes inactive."
    )
    dry_run: bool = Field(default=False, description="Count, and change nothing.")
    confirmed: bool = Field(
        default=False, description="Go on although more than a fifth of the people would end."
    )
    source: str = Field(
        queries.CSV, max_length=100, description="The people source that the file speaks for."
    )


class RejectedLine(Schema):
    """A line of the file that was not taken, and why."""

    line: int
    reason: str


class ImportOut(Schema):
    """What an import did. `ref` is null after a dry run, which did nothing. Of the lines that were
    not taken the first hundred are named."""

    ref: str | None
    source: str
    at: Instant
    is_full: bool
    created: int
    updated: int
    unchanged: int
    no_longer_listed: int
    ended: int
    rejected_count: int
    rejected: list[RejectedLine]
    notes: list[str]

    @classmethod
    def of(cls, done: PeopleImport) -> Self:
        same: dict[str, Any] = {name: getattr(done, name) for name in _SAME}
        return cls(
            ref=str(done.ref) if done.pk else None,
            source=done.source.name,
            rejected_count=len(done.rejected),
            rejected=done.rejected[:_NAMED],
            **same,
        )


_NAMED = 100
_OWN = ("ref", "source", "rejected_count", "rejected")
_SAME = [name for name in ImportOut.model_fields if name not in _OWN]


class ImportPage(PageOf[ImportOut]):
    pass


class SourceOut(Schema):
    """Where people come from; the higher precedence wins. A stale one was not read in time."""

    ref: str
    kind: str
    name: str
    precedence: int
    expected_days: int
    is_authoritative: bool
    people: int
    last_read_at: Instant | None
    is_stale: bool

    @classmethod
    def of(cls, source: Any) -> Self:  # noqa: ANN401 - a source with its age
        same = {name: getattr(source, name) for name in cls.model_fields if name != "ref"}
        return cls(ref=str(source.ref), **same)


class SourcePage(PageOf[SourceOut]):
    @classmethod
    def whole(cls, sources: Iterable[Any]) -> Self:
        """All of them: they are few."""
        return cls(data=[SourceOut.of(one) for one in sources], page=NextPage(next=None))


class NewSourceIn(Given):
    """How much a source is believed, how often it is read, and whether it lists everybody."""

    name: str = Field(max_length=100)
    precedence: int = Field(10, description="From 1 to 100; the higher is believed.")
    expected_days: int = Field(35, description="Read at least every so many days.")
    is_authoritative: bool = Field(
        default=False, description="Whom a reading leaves out becomes inactive."
    )


class SourceIn(Given):
    """As it is to be from now on: all three."""

    precedence: int
    expected_days: int
    is_authoritative: bool


class PersonIn(Given):
    """Entered by hand, written as in a CSV: what is left out stays, an empty text clears."""

    email: str = Field("", max_length=320)
    external_id: str = Field("", max_length=200)
    name: str = Field("", max_length=200)
    kind: str = Field("", max_length=12, description="employee, contractor or other.")
    title: str = Field("", max_length=200)
    department: str = Field("", max_length=200)
    manager_email: str = Field("", max_length=320)
    start_date: str = Field("", max_length=10, description="The first day.")
    end_date: str = Field("", max_length=10, description="The last day, included.")
    status: str = Field("", max_length=10, description="active or on_leave.")
    time_zone: str = Field("", max_length=64)
    other_emails: str = Field("", max_length=2000, description="With ; between them.")


class LeaveIn(Given):
    """When somebody leaves, and how that is known."""

    at: Moment | date = Field(description="The last day of work, or an instant.")
    reason: str = Field(max_length=500)


class MergeIn(Given):
    """Which other entry is the same human, and whose dates count if only one of them is here."""

    merged: UUID = Field(description="The entry that becomes part of this one.")
    counts: str = one_of(("", *PersonMerge.Counts.values), "", "Whose dates and status hold.")
    reason: str = Field("", max_length=500)
    confirmed: bool = Field(default=False, description="Somebody has looked at both.")


class DelegationIn(Given):
    """Who decides in their place, on which days."""

    to: str = Field(max_length=320, description="Work or other e-mail.")
    from_day: date
    until_day: date
    reason: str = Field("", max_length=500)


class SaidOut(Schema):
    """A value with who says it, and when they last did."""

    label: str
    value: str
    source: str
    at: Instant | None

    @classmethod
    def of(cls, said: Said) -> Self:
        is_instant = isinstance(said.value, datetime)
        value = rfc3339(said.value) if is_instant else str(said.value)  # type: ignore[arg-type] # just looked
        return cls(label=said.label, value=value, source=said.source, at=said.at)


class MergeOut(Schema):
    """An entry that became part of this person; undo it by its ref."""

    ref: str
    merged: str
    counts: str
    reason: str
    at: Instant
    by: str

    @classmethod
    def of(cls, merge: PersonMerge) -> Self:
        same = {name: getattr(merge, name) for name in ("counts", "reason", "at", "by")}
        return cls(ref=str(merge.ref), merged=str(merge.merged), **same)


class PersonWhy(Schema):
    """Why somebody has their state: the rule, what it looked at, and who says each field."""

    ref: str
    name: str
    email: str
    state: str
    may_hold_access: bool
    rule: str
    inputs: list[SaidOut]
    stated: list[SaidOut]
    merges: list[MergeOut]

    @classmethod
    def about(cls, ref: UUID, *, actor: Actor) -> Self:
        person = queries.person_by_ref(ref, actor=actor)
        merges = list(queries.merges_of(person, actor=actor).filter(undone_at=None))
        why = queries.explained(person, actor=actor, merges=merges)
        return cls(
            ref=str(person.ref),
            name=person.name,
            email=person.email,
            state=why.state,
            may_hold_access=why.may_hold_access,
            rule=why.rule,
            inputs=[SaidOut.of(one) for one in why.inputs],
            stated=[SaidOut.of(one) for one in why.fields],
            merges=[MergeOut.of(one) for one in merges],
        )


class PersonChangeOut(Schema):
    """One field became different: what it was, what it is, and who said so."""

    field: str
    before: str
    after: str
    source: str
    at: Instant

    @classmethod
    def of(cls, change: PersonChange) -> Self:
        return cls(**{name: getattr(change, name) for name in cls.model_fields})


class PersonChangePage(PageOf[PersonChangeOut]):
    pass


class DelegationOut(Schema):
    """Somebody decides in another's place, from the first day to the last, both included."""

    ref: str
    to: Named
    from_day: date
    until_day: date
    reason: str
    decided_at: Instant
    decided_by: str
    withdrawn_at: Instant | None

    @classmethod
    def of(cls, one: Delegation) -> Self:
        same = {name: getattr(one, name) for name in _OF_A_DELEGATION}
        return cls(ref=str(one.ref), to=Named.of(one.to), **same)


_OF_A_DELEGATION = [name for name in DelegationOut.model_fields if name not in ("ref", "to")]


class DelegationPage(PageOf[DelegationOut]):
    pass
