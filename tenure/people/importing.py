"""What an import would do, decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tenure.lib.text import fold_email
from tenure.people import rules
from tenure.people.models import Person
from tenure.people.reading import Reading, Row

# Column of the file -> fields of the person it speaks for.
FIELDS: dict[str, tuple[str, ...]] = {
    "email": ("email", "email_key"),
    "external_id": ("external_id",),
    "name": ("name",),
    "kind": ("kind",),
    "title": ("title",),
    "department": ("department",),
    "manager_email": ("manager_email_key",),
    "start_date": ("starts_on",),
    "end_date": ("ends_on",),
    "end_at": ("end_at",),
    "time_zone": ("time_zone",),
    "status": ("is_on_leave", "is_disabled"),
}
WRITTEN = sorted({name for names in FIELDS.values() for name in names} | {"is_listed", "begins_at"})
WRITTEN += ["ends_at", "changed_at"]


@dataclass(slots=True)
class Plan:
    """People to make, people to change, and how many would lose their standing by it."""

    created: list[tuple[Person, Row]] = field(default_factory=list)
    updated: list[tuple[Person, Row]] = field(default_factory=list)
    unchanged: list[tuple[Person, Row]] = field(default_factory=list)
    unlisted: list[Person] = field(default_factory=list)
    would_end: int = 0


def plan_import(
    reading: Reading,
    *,
    people: Iterable[Person],
    listed_by_source: frozenset[int],
    is_full: bool,
    now: datetime,
    default_zone: str,
) -> Plan:
    """Compare a reading with the directory. Lines that would merge two people are rejected."""
    people = list(people)
    by_external_id = {person.external_id: person for person in people if person.external_id}
    by_email = _addresses_kept(people, reading, by_external_id)
    plan, lines = Plan(), dict[int, int]()
    for row in reading.rows:
        by_mail, by_id = by_email.get(row.email_key), by_external_id.get(row.external_id)
        person = by_id or by_mail
        if reason := _contradiction(row, by_mail, by_id, lines):
            reading.reject(row.line, reason, email=row.email, external_id=row.external_id)
            continue
        if person is None:
            person = Person(created_at=now, changed_at=now)
            _apply(person, row, default_zone)
            plan.created.append((person, row))
            continue
        lines[person.pk] = row.line
        could, differs = _may(person, now), _apply(person, row, default_zone)
        plan.would_end += could and not _may(person, now)
        if differs:
            person.changed_at = now
        (plan.updated if differs else plan.unchanged).append((person, row))
    if is_full:
        for person in people:
            is_in_file = (
                person.pk in lines or {person.email_key, person.external_id} & reading.named
            )
            if person.pk in listed_by_source and not is_in_file and person.is_listed:
                plan.would_end += _may(person, now)
                person.is_listed, person.changed_at = False, now
                plan.unlisted.append(person)
    return plan


def _addresses_kept(
    people: Iterable[Person], reading: Reading, by_external_id: dict[str, Person]
) -> dict[str, Person]:
    """Whose each address is once the file is taken: one that its holder gives up in this very file
    is free for somebody else in it."""
    by_email = {person.email_key: person for person in people if person.email_key}
    for row in reading.rows:
        holder = by_external_id.get(row.external_id)
        if holder and row.email_key and row.email_key != holder.email_key:
            by_email.pop(holder.email_key, None)
    return by_email


def _contradiction(
    row: Row, by_mail: Person | None, by_id: Person | None, lines: dict[int, int]
) -> str:
    """Why a line cannot be taken: it would make two people one, or speaks twice of one."""
    person = by_id or by_mail
    if by_mail and by_id and by_mail is not by_id:
        return "email belongs to one person and external_id to another; mend one of them"
    if by_mail and not by_id and row.external_id and by_mail.external_id:
        return (
            f"email belongs to the person with external_id {by_mail.external_id}; give that person "
            "their new address, or mend the external_id"
        )
    if person is not None and person.pk in lines:
        return f"speaks of the same person as line {lines[person.pk]}"
    return ""


def _may(person: Person, now: datetime) -> bool:
    state = rules.state(
        begins_at=person.begins_at,
        ends_at=person.ends_at,
        is_disabled=person.is_disabled,
        is_listed=person.is_listed,
        is_on_leave=person.is_on_leave,
        now=now,
    )
    return state not in ("former", "inactive")


def _apply(person: Person, row: Row, default_zone: str) -> bool:
    """Give the person what the line says; True when anything became different."""
    said = {
        "email": row.email,
        "email_key": row.email_key,
        "external_id": row.external_id,
        "name": row.name,
        "kind": row.kind,
        "title": row.title,
        "department": row.department,
        "manager_email_key": fold_email(row.manager_email),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "end_at": row.end_at,
        "time_zone": row.time_zone,
        "is_on_leave": row.status == "on_leave",
        "is_disabled": row.status == "disabled",
    }
    spoken_for = {name for column in row.columns for name in FIELDS.get(column, ())}
    values = {name: said[name] for name in spoken_for} | {"is_listed": True}
    for key in ("email", "external_id"):
        if not values.get(key):
            # An empty identifier says nothing; it must not make somebody unrecognisable.
            for name in FIELDS[key]:
                values.pop(name, None)
    differs = any(getattr(person, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(person, name, value)
    place_in_time(person, default_zone=default_zone)
    return differs


def place_in_time(person: Person, *, default_zone: str) -> None:
    """Set the instants that follow from a person's dates and time zone."""
    in_zone = rules.zone(person.time_zone, default=default_zone)
    person.begins_at = rules.beginning(person.starts_on, in_zone=in_zone)
    person.ends_at = rules.end(person.ends_on, person.end_at, in_zone=in_zone)
