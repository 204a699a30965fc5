"""Writing an import in a handful of statements, however many people it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from tenure.lib.text import fold_email
from tenure.people.importing import WRITTEN, Plan
from tenure.people.models import PeopleSource, Person, PersonEmail, PersonRecord
from tenure.people.reading import Row

_BATCH = 2_000


def write_plan(plan: Plan, *, source: PeopleSource, at: datetime) -> list[str]:
    """Store what was planned; returns notes about other addresses that could not be taken."""
    # Changes first: somebody new may get an address that somebody else gives up.
    changed = [person for person, _ in plan.updated] + plan.unlisted
    _vacate_addresses(changed)
    Person.objects.bulk_create(
        changed,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=WRITTEN,
    )
    Person.objects.bulk_create([person for person, _ in plan.created], batch_size=_BATCH)
    _write_records(plan, source, at)
    return _write_other_emails([*plan.created, *plan.updated, *plan.unchanged])


def _vacate_addresses(changed: list[Person]) -> None:
    """Free the addresses that move between these people: two of them may swap."""
    taker = {person.email_key: person.pk for person in changed if person.email_key}
    keys = list(taker)
    for start in range(0, len(keys), _BATCH):
        held = Person.objects.filter(email_key__in=keys[start : start + _BATCH])
        moving = [pk for key, pk in held.values_list("email_key", "pk") if taker[key] != pk]
        Person.objects.filter(pk__in=moving).update(
            email_key=Concat(Value("moving:"), Cast("pk", CharField()))
        )


def _write_records(plan: Plan, source: PeopleSource, at: datetime) -> None:
    records = [
        PersonRecord(person=person, source=source, values=_said(row), is_listed=True, read_at=at)
        for person, row in (*plan.created, *plan.updated, *plan.unchanged)
    ]
    PersonRecord.objects.bulk_create(
        records,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["person", "source"],
        update_fields=["values", "is_listed", "read_at"],
    )
    gone = [person.pk for person in plan.unlisted]
    for start in range(0, len(gone), _BATCH):
        PersonRecord.objects.filter(
            source=source, person_id__in=gone[start : start + _BATCH]
        ).update(is_listed=False)


def _said(row: Row) -> dict[str, object]:
    """The line as the source wrote it, by column."""
    values = {
        "email": row.email,
        "external_id": row.external_id,
        "name": row.name,
        "status": row.status,
        "start_date": row.starts_on.isoformat() if row.starts_on else "",
        "end_date": row.ends_on.isoformat() if row.ends_on else "",
        "end_at": row.end_at.isoformat() if row.end_at else "",
        "time_zone": row.time_zone,
        "manager_email": row.manager_email,
        "department": row.department,
        "title": row.title,
        "kind": row.kind,
        "other_emails": list(row.other_emails),
    }
    return {name: value for name, value in values.items() if name in row.columns}


def _write_other_emails(taken: Iterable[tuple[Person, Row]]) -> list[str]:
    speaking = [(person, row) for person, row in taken if "other_emails" in row.columns]
    if not speaking:
        return []
    mine = {person.pk for person, _ in speaking}
    held = dict(PersonEmail.objects.values_list("email_key", "person_id"))
    work = dict(Person.objects.exclude(email_key="").values_list("email_key", "pk"))
    notes, wanted = [], dict[str, tuple[int, str]]()
    for person, row in speaking:
        for email in row.other_emails:
            key = fold_email(email)
            owner = wanted.get(key, (held.get(key) if held.get(key) not in mine else None,))[0]
            owner = owner or work.get(key)
            if owner not in (None, person.pk):
                notes.append(f"Line {row.line}: {email} belongs to someone else and was left out.")
            elif key != person.email_key:
                wanted[key] = (person.pk, email)
    if {key: pk for key, pk in held.items() if pk in mine} != {k: v[0] for k, v in wanted.items()}:
        stale = [key for key, pk in held.items() if pk in mine and wanted.get(key, (0,))[0] != pk]
        for start in range(0, len(stale), _BATCH):
            PersonEmail.objects.filter(email_key__in=stale[start : start + _BATCH]).delete()
        PersonEmail.objects.bulk_create(
            [PersonEmail(person_id=pk, email=e, email_key=k) for k, (pk, e) in wanted.items()],
            batch_size=_BATCH,
            ignore_conflicts=True,
        )
    return notes
