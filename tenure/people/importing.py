"""What an import would do, decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tenure.lib.ids import uuid7s
from tenure.lib.text import fold_email
from tenure.people.directory import (
    Directory,
    Record,
    changes_since,
    may,
    place_in_time,
    snapshot,
)
from tenure.people.models import PeopleSource, Person, PersonChange
from tenure.people.reading import Reading, Row
from tenure.people.settling import settle

__all__ = ["Plan", "place_in_time", "plan_import"]


@dataclass(slots=True)
class Plan:
    """People to make and people to change, the records behind them, and the history of it.

    `lines` has, by its line, whom a line describes. `would_end` lose their standing by it.
    """

    source: PeopleSource
    at: datetime
    created: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    unlisted: list[Person] = field(default_factory=list)
    # Records by whose they are; those that say what they said before are only dated anew.
    records: list[tuple[Person, Record]] = field(default_factory=list)
    dated: list[Person] = field(default_factory=list)
    lines: dict[int, Person] = field(default_factory=dict)
    changes: list[PersonChange] = field(default_factory=list)
    would_end: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """What an import tells of itself."""
        changed = {person.pk for person in self.changed}
        known = {person.pk for person in self.lines.values()} - {None}
        return {
            "created": len(self.created),
            "updated": len(known & changed),
            "unchanged": len(known - changed),
            "no_longer_listed": len(self.unlisted),
        }


class _Matching:
    """Which person a line speaks of: by what this source said before, else by the directory."""

    def __init__(self, directory: Directory, source: PeopleSource, reading: Reading) -> None:
        self._people, self._source = directory.people, source
        self._records = directory.records
        self.by_email = {p.email_key: p for p in directory.people.values() if p.email_key}
        self.by_id = {p.external_id: p for p in directory.people.values() if p.external_id}
        for pk, person in directory.people.items():
            for other, record in directory.records.get(pk, {}).items():
                self._remember(person, record, is_own=other == source.pk)
        self._free_addresses(reading)

    def _remember(self, person: Person, record: Record, *, is_own: bool) -> None:
        """What this source called somebody is believed first. A work address that only another
        source knows finds them too; ids of different sources mean different things, except of
        somebody merged, who has no other id left."""
        email, external_id = record.values.get("email"), record.values.get("external_id")
        if email and is_own:
            self.by_email[fold_email(email)] = person
        elif email:
            self.by_email.setdefault(fold_email(email), person)
        if external_id and is_own:
            self.by_id[external_id] = person
        elif external_id and person.merged_into_id:
            self.by_id.setdefault(external_id, person)

    def _free_addresses(self, reading: Reading) -> None:
        """An address that its holder gives up in this very file is free for somebody else."""
        for row in reading.rows:
            holder = self.by_id.get(row.external_id)
            if holder and row.email_key and self._is_first_to_say(holder):
                for key in (holder.email_key, fold_email(self._said(holder, "email"))):
                    if key != row.email_key and self.by_email.get(key) is holder:
                        del self.by_email[key]

    def _is_first_to_say(self, person: Person) -> bool:
        """Whether the person's work e-mail is for this source to say."""
        return not any(
            record.values.get("email") and other != self._source.pk
            for other, record in self._records.get(person.pk, {}).items()
        )

    def _said(self, person: Person, column: str) -> str:
        record = self._records.get(person.pk, {}).get(self._source.pk)
        return str(record.values.get(column) or "") if record else ""

    def find(self, row: Row, lines: Mapping[int, int]) -> tuple[Person | None, str]:
        """The person, or why the line cannot be taken: it would make two people one, or speaks
        twice of one."""
        by_mail, by_id = self.by_email.get(row.email_key), self.by_id.get(row.external_id)
        person = by_id or by_mail
        if by_mail and by_id and by_mail is not by_id:
            return None, "email belongs to one person and external_id to another; mend one of them"
        if by_mail and not by_id and row.external_id:
            known = self._said(by_mail, "external_id")
            if known or (by_mail.external_id and not self._records.get(by_mail.pk)):
                return None, (
                    f"email belongs to the person with external_id {known or by_mail.external_id}; "
                    "give that person their new address, or mend the external_id"
                )
        if person is not None and person.pk in lines:
            return None, f"speaks of the same person as line {lines[person.pk]}"
        return person, ""


def plan_import(
    reading: Reading,
    *,
    directory: Directory,
    source: PeopleSource,
    is_full: bool,
    at: datetime,
) -> Plan:
    """Compare a reading with the directory. Lines that would merge two people are rejected."""
    plan, matching = Plan(source, at), _Matching(directory, source, reading)
    taken, new = dict[int, int](), list[Row]()
    touched: dict[int, Person] = {}
    for row in reading.rows:
        person, reason = matching.find(row, taken)
        if reason:
            reading.reject(row.line, reason, email=row.email, external_id=row.external_id)
        elif person is None:
            new.append(row)
        else:
            taken[person.pk] = row.line
            plan.lines[row.line] = head = directory.head(person)
            if _take(plan, directory, person, row):
                touched[head.pk] = head
    if is_full:
        for person in _left_out(plan, reading, directory, taken):
            directory.records[person.pk][source.pk].is_listed = False
            plan.unlisted.append(person)
            touched.setdefault(directory.head(person).pk, directory.head(person))
    before = {pk: snapshot(head) for pk, head in touched.items()}
    _describe(plan, directory, touched)
    for person, row in zip(_newcomers(len(new), at=at), new, strict=True):
        _make(plan, directory, person, row)
    settle(plan, directory, before, reading)
    for person in plan.changed:
        plan.changes += changes_since(before[person.pk], person, source=source.name, at=at)
    return plan


def _take(plan: Plan, directory: Directory, person: Person, row: Row) -> bool:
    """Put the line into the person's record; False when it says what was said before."""
    record = directory.records[person.pk].get(plan.source.pk)
    after = _after(record, row, plan.at)
    if record is not None and _is_same(record, after):
        plan.dated.append(person)
        record.read_at = plan.at
        return False
    directory.records[person.pk][plan.source.pk] = after
    plan.records.append((person, after))
    return True


def _after(record: Record | None, row: Row, at: datetime) -> Record:
    """The record after this line: what the file has no column for stays as it was said before."""
    said = row.values()
    if record is None:
        return Record(said, {}, is_listed=True, read_at=at)
    for identifier in ("email", "external_id"):
        if not said.get(identifier):
            said.pop(identifier, None)
    kept = {column: value for column, value in record.values.items() if column not in said}
    read_at = record.read_at.isoformat()
    said_at = {column: record.said_at.get(column, read_at) for column in kept}
    return Record({**kept, **said}, said_at, is_listed=True, read_at=at, pk=record.pk)


def _is_same(before: Record, after: Record) -> bool:
    return before.is_listed and before.values == after.values and before.said_at == after.said_at


def _left_out(
    plan: Plan, reading: Reading, directory: Directory, taken: Mapping[int, int]
) -> list[Person]:
    """Whom the source listed and no longer does. A line that was rejected still names somebody."""
    found = []
    for pk, person in directory.people.items():
        record = directory.records.get(pk, {}).get(plan.source.pk)
        if record is None or not record.is_listed or pk in taken:
            continue
        said = {fold_email(record.values.get("email")), record.values.get("external_id")}
        if not (said | {person.email_key, person.external_id}) & reading.named:
            found.append(person)
    return found


def _describe(plan: Plan, directory: Directory, touched: Mapping[int, Person]) -> None:
    for head in touched.values():
        had_standing = may(head, at=plan.at)
        if directory.describe(head):
            head.changed_at = plan.at
            plan.changed.append(head)
        plan.would_end += had_standing and not may(head, at=plan.at)


def _newcomers(count: int, *, at: datetime) -> Iterator[Person]:
    """People of whom nothing is said yet. Each field is asked for its default once, not once for
    each of them."""
    fields = Person._meta.concrete_fields
    blank = {field.attname: field.get_default() for field in fields}
    blank |= {"created_at": at, "changed_at": at}
    for ref in uuid7s(count):
        yield Person(*(blank | {"ref": UUID(ref)}).values())


def _make(plan: Plan, directory: Directory, person: Person, row: Row) -> None:
    record = Record(row.values(), {}, is_listed=True, read_at=plan.at)
    # Somebody new has no key yet, so the place under none is lent to one after the other.
    directory.records[person.pk] = {plan.source.pk: record}
    directory.describe(person)
    del directory.records[person.pk]
    plan.created.append(person)
    plan.records.append((person, record))
    plan.lines[row.line] = person
