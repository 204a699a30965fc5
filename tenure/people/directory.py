"""Everybody as the sources describe them: who is who, what each source says, and what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from tenure.people import rules
from tenure.people.models import PeopleSource, Person, PersonChange, PersonMerge, PersonRecord
from tenure.people.precedence import Statement, compose, counting

# What is told when it changes, in the words of the page.
TOLD = {
    "email": "Work e-mail",
    "external_id": "External id",
    "name": "Name",
    "kind": "Kind",
    "title": "Title",
    "department": "Department",
    "manager_email_key": "Manager",
    "starts_on": "First day",
    "ends_on": "Last day",
    "end_at": "Exact end",
    "time_zone": "Time zone",
    "is_on_leave": "On leave",
    "is_disabled": "Disabled",
    "is_listed": "Listed",
    "left_at": "Left, by a person's word",
}
_LONGEST, _LONGEST_SOURCE = 500, 120


@dataclass(slots=True)
class Record:
    """One source's record of one person, in memory."""

    values: Mapping[str, Any]
    said_at: Mapping[str, str]
    is_listed: bool
    read_at: datetime
    pk: int | None = None


@dataclass(slots=True)
class Directory:
    """Some people or all of them, with every record and merge. Person keys are primary keys."""

    default_zone: str
    sources: dict[int, PeopleSource] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    records: dict[int, dict[int, Record]] = field(default_factory=lambda: defaultdict(dict))
    merges: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def head(self, person: Person) -> Person:
        """Whom a record of this person describes: the one they were merged into, or themselves."""
        return self.people[person.merged_into_id] if person.merged_into_id else person

    def statements(self, head: Person) -> Iterator[Statement]:
        """What is said of somebody, and of whoever was merged into them."""
        merges = self.merges.get(head.pk, [])
        holding = counting(head.pk, merges)
        for pk in (head.pk, *(merged for merged, _ in merges)):
            for source_id, record in self.records.get(pk, {}).items():
                source = self.sources[source_id]
                yield Statement(
                    source=source.name,
                    precedence=source.precedence,
                    read_at=record.read_at,
                    is_listed=record.is_listed,
                    values=record.values,
                    said_at=record.said_at,
                    is_own=pk == head.pk,
                    counts=pk in holding,
                )

    def describe(self, head: Person) -> bool:
        """Give somebody the fields that follow from what is said; True when any is different."""
        said = compose(
            self.statements(head), default_zone=self.default_zone, time_zone=head.time_zone
        )
        differs = False
        for name, value in said.items():
            if getattr(head, name) != value:
                setattr(head, name, value)
                differs = True
        place_in_time(head, default_zone=self.default_zone)
        return differs


def load(*, default_zone: str, of: Iterable[int] | None = None) -> Directory:
    """Everybody, or the people of these keys with those merged into them."""
    found = Directory(default_zone, sources=PeopleSource.objects.in_bulk())
    people, records = Person.objects.order_by(), PersonRecord.objects.order_by()
    merges = PersonMerge.objects.filter(undone_at=None).order_by("id")
    if of is not None:
        keys = list(of)
        people = people.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
        records = records.filter(Q(person__in=keys) | Q(person__merged_into__in=keys))
        merges = merges.filter(kept__in=keys)
    found.people = {person.pk: person for person in people}
    rows = records.values_list(
        "person", "source", "values", "said_at", "is_listed", "read_at", "pk"
    )
    for person, source, *rest in rows.iterator(chunk_size=5_000):
        found.records[person][source] = Record(*rest)
    for kept, merged, counts in merges.values_list("kept", "merged", "counts"):
        found.merges[kept].append((merged, counts))
    return found


def statements_of(person: Person, merges: Iterable[PersonMerge]) -> list[Statement]:
    """What is said of one person, and of whoever these merges made part of them; one query."""
    oldest_first = sorted(merges, key=lambda merge: merge.pk)
    holding = counting(person.pk, [(merge.merged_id, merge.counts) for merge in oldest_first])
    whose = Person.objects.order_by().filter(Q(pk=person.pk) | Q(merged_into=person)).values("pk")
    return [
        Statement(
            source=record.source.name,
            precedence=record.source.precedence,
            read_at=record.read_at,
            is_listed=record.is_listed,
            values=record.values,
            said_at=record.said_at,
            is_own=record.person_id == person.pk,
            counts=record.person_id in holding,
        )
        for record in PersonRecord.objects.select_related("source")
        .filter(person__in=whose)
        .order_by("id")
    ]


def place_in_time(person: Person, *, default_zone: str) -> None:
    """Set the instants that follow from a person's dates and time zone, or from a human's word."""
    in_zone = rules.zone(person.time_zone, default=default_zone)
    person.begins_at = rules.beginning(person.starts_on, in_zone=in_zone)
    if person.left_on:
        person.left_at = rules.end(person.left_on, None, in_zone=in_zone)
    person.ends_at = person.left_at or rules.end(person.ends_on, person.end_at, in_zone=in_zone)


def snapshot(person: Person) -> dict[str, object]:
    """The fields that are told when they change."""
    return {name: getattr(person, name) for name in TOLD}


def changes_since(
    before: Mapping[str, object], person: Person, *, source: str, at: datetime
) -> list[PersonChange]:
    """What became different of somebody, to be kept as history."""
    return [
        PersonChange(
            person=person,
            field=name,
            before=as_text(before[name]),
            after=as_text(getattr(person, name)),
            source=source[:_LONGEST_SOURCE],
            at=at,
        )
        for name in TOLD
        if before[name] != getattr(person, name)
    ]


def as_text(value: object) -> str:
    """A field as it stands in the history."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text[:_LONGEST]


def state_of(person: Person, *, at: datetime) -> rules.State:
    """Their state at an instant."""
    return rules.state(
        begins_at=person.begins_at,
        ends_at=person.ends_at,
        is_disabled=person.is_disabled,
        is_listed=person.is_listed,
        is_on_leave=person.is_on_leave,
        now=at,
    )


def may(person: Person, *, at: datetime) -> bool:
    """Whether somebody has standing: neither former nor inactive."""
    return state_of(person, at=at) not in ("former", "inactive")
