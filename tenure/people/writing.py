"""Writing people in a handful of statements, however many they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from tenure.lib.rows import insert_rows, write_rows
from tenure.people.directory import TOLD, Directory
from tenure.people.importing import Plan
from tenure.people.models import PeopleSource, Person, PersonChange, PersonEmail, PersonRecord
from tenure.people.precedence import other_emails

WRITTEN = sorted({*TOLD, "email_key", "begins_at", "ends_at", "changed_at"})
_INSERTED = [field.attname for field in Person._meta.concrete_fields if field.attname != "id"]
_OF_A_RECORD = ["values", "said_at", "is_listed", "read_at"]
_BATCH = 2_000
Key = TypeVar("Key", str, int)


def write_plan(plan: Plan, directory: Directory) -> list[str]:
    """Store what was planned; returns notes about other addresses that could not be taken."""
    # Changes first: somebody new may get an address that somebody else gives up.
    write_people(plan.changed)
    _insert(plan.created, at=plan.at)
    PersonChange.objects.bulk_create(plan.changes, batch_size=_BATCH)
    _write_records(plan)
    for person, record in plan.records:
        directory.people[person.pk] = person
        directory.records[person.pk][plan.source.pk] = record
    spoken = {directory.head(person).pk for person, _ in plan.records}
    claims = {line: head for line, head in plan.lines.items() if head.pk in spoken}
    return _write_addresses(claims, directory, plan.source)


def write_people(changed: list[Person]) -> None:
    """Store people that are known already, whose addresses may have gone round among them."""
    for name in ("email_key", "external_id"):
        _vacate(changed, name)
    write_rows(changed, WRITTEN)


def _insert(created: list[Person], *, at: datetime) -> None:
    insert_rows(
        Person,
        _INSERTED,
        ([getattr(person, name) for name in _INSERTED] for person in created),
    )
    keys = dict(Person.objects.filter(created_at=at).values_list("ref", "pk")) if created else {}
    for person in created:
        person.pk = keys[person.ref]


def _vacate(changed: list[Person], name: str) -> None:
    """Free the identifiers that move between these people: two of them may swap."""
    taker = {getattr(person, name): person.pk for person in changed if getattr(person, name)}
    for keys in _batches(list(taker)):
        held = Person.objects.filter(**{f"{name}__in": keys})
        moving = [pk for key, pk in held.values_list(name, "pk") if taker[key] != pk]
        Person.objects.filter(pk__in=moving).update(
            **{name: Concat(Value("moving:"), Cast("pk", CharField()))}
        )


def _batches(keys: list[Key]) -> Iterator[list[Key]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _write_records(plan: Plan) -> None:
    insert_rows(
        PersonRecord,
        ["person", "source", *_OF_A_RECORD],
        (
            [person.pk, plan.source.pk, *(getattr(record, name) for name in _OF_A_RECORD)]
            for person, record in plan.records
            if record.pk is None
        ),
    )
    again = [
        PersonRecord(pk=record.pk, **{name: getattr(record, name) for name in _OF_A_RECORD})
        for _, record in plan.records
        if record.pk is not None
    ]
    write_rows(again, _OF_A_RECORD)
    ours = PersonRecord.objects.filter(source=plan.source)
    for keys in _batches([person.pk for person in plan.dated]):
        ours.filter(person__in=keys).update(read_at=plan.at)
    for keys in _batches([person.pk for person in plan.unlisted]):
        ours.filter(person__in=keys).update(is_listed=False)


def _write_addresses(
    claims: Mapping[int, Person], directory: Directory, source: PeopleSource
) -> list[str]:
    """Give the people of these lines their other addresses; notes where one is somebody else's."""
    wanted = {
        head.pk: other_emails(directory.statements(head)) for head in dict.fromkeys(claims.values())
    }
    refused = give_addresses(wanted)
    notes = []
    for line, head in claims.items():
        record = directory.records[head.pk].get(source.pk)
        notes += [
            f"Line {line}: {email} belongs to someone else and was left out."
            for email in (record.values.get("other_emails") or () if record else ())
            if (head.pk, email) in refused
        ]
    return notes


def give_addresses(wanted: Mapping[int, Mapping[str, str]]) -> set[tuple[int, str]]:
    """Make these the other addresses of these people; returns those that are someone else's."""
    held, work = _holders(wanted)
    refused, given = set[tuple[int, str]](), dict[str, tuple[int, str]]()
    for pk, addresses in wanted.items():
        for key, email in addresses.items():
            holder = given[key][0] if key in given else held.get(key)
            if key not in given and holder is not None and key not in wanted.get(holder, {key}):
                holder = None
            holder = work.get(key) or holder
            if holder not in (None, pk):
                refused.add((pk, email))
            elif work.get(key) != pk:
                given[key] = (pk, email)
    mine = {key: pk for key, pk in held.items() if pk in wanted}
    stale = [key for key, pk in mine.items() if given.get(key, (0,))[0] != pk]
    for keys in _batches(stale):
        PersonEmail.objects.filter(email_key__in=keys).delete()
    PersonEmail.objects.bulk_create(
        [
            PersonEmail(person_id=pk, email=email, email_key=key)
            for key, (pk, email) in given.items()
            if mine.get(key) != pk
        ],
        batch_size=_BATCH,
    )
    return refused


def _holders(wanted: Mapping[int, Mapping[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
    """Who holds these addresses, and whatever else these people hold: as another address of
    theirs, and as their work e-mail."""
    keys = list({key for addresses in wanted.values() for key in addresses})
    held, work = dict[str, int](), dict[str, int]()
    for people in _batches(list(wanted)):
        held |= dict(
            PersonEmail.objects.filter(person__in=people).values_list("email_key", "person")
        )
    for some in _batches(keys):
        taken = PersonEmail.objects.filter(email_key__in=some)
        held |= dict(taken.values_list("email_key", "person"))
        work |= dict(Person.objects.filter(email_key__in=some).values_list("email_key", "pk"))
    return held, work
