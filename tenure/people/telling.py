"""Everything that is told of one person, read by the query that finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from tenure.lib.ids import as_ref
from tenure.lib.json_rows import JsonRows, nested
from tenure.people.models import (
    Delegation,
    Person,
    PersonChange,
    PersonEmail,
    PersonMerge,
    PersonRecord,
)
from tenure.people.precedence import Statement, counting

MOST = 100
_CHANGE = ("field", "before", "after", "source", "at")
_DELEGATION = ("ref", "from_day", "until_day", "reason", "decided_by", "withdrawn_at")
_NAMES = ("name", "email", "external_id", "ref")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of somebody, their further addresses, and their history, newest first."""

    statements: Sequence[Statement]
    addresses: Sequence[str]
    changes: Sequence[PersonChange]
    delegations: Sequence[Delegation]


def with_everything_told(of: QuerySet[Person]) -> QuerySet[Person]:
    """Each person with what `told_of` reads; for one person, not for lists."""
    same = Person.objects.filter(Q(pk=OuterRef(OuterRef("pk"))) | _merged_into())
    changes = PersonChange.objects.filter(person=OuterRef("pk")).order_by("-at", "-id")
    delegations = Delegation.objects.filter(Q(person=OuterRef("pk")) | Q(to=OuterRef("pk")))
    return of.annotate(
        told_records=JsonRows(
            PersonRecord.objects.filter(person__in=same.values("pk")).order_by("id"),
            *("person_id", "source__name", "source__precedence", "read_at", "is_listed"),
            *("values", "said_at"),
        ),
        told_merges=JsonRows(
            PersonMerge.objects.filter(kept=OuterRef("pk"), undone_at=None).order_by("id"),
            *("id", "merged_id", "counts"),
        ),
        told_addresses=JsonRows(
            PersonEmail.objects.filter(person=OuterRef("pk")).order_by("id"), "id", "email"
        ),
        told_changes=JsonRows(changes[:MOST], "id", *_CHANGE),
        told_delegations=JsonRows(
            delegations.order_by("-from_day", "-id")[:MOST],
            *("id", *_DELEGATION),
            *(f"{side}__{name}" for side in ("person", "to") for name in ("id", *_NAMES)),
        ),
    )


def _merged_into() -> Q:
    return Q(merged_into=OuterRef(OuterRef("pk")))


def told_of(person: Any) -> Told:  # noqa: ANN401 - a person of with_everything_told
    """What those columns hold."""
    merges = [(merged, counts) for _, merged, counts in sorted(person.told_merges)]
    holding = counting(person.pk, merges)
    return Told(
        statements=[
            Statement(
                source=source,
                precedence=precedence,
                read_at=_instant(read_at),
                is_listed=bool(is_listed),
                values=nested(values),
                said_at=nested(said_at),
                is_own=pk == person.pk,
                counts=pk in holding,
            )
            for pk, source, precedence, read_at, is_listed, values, said_at in person.told_records
        ],
        addresses=[email for _, email in sorted(person.told_addresses)],
        changes=[_change(row, person) for row in reversed(_by_time(person.told_changes))],
        delegations=[_delegation(row) for row in person.told_delegations],
    )


def _by_time(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(rows, key=lambda row: (_instant(row[-1]), row[0]))


def _change(row: Sequence[Any], person: Person) -> PersonChange:
    said = dict(zip(("pk", *_CHANGE), row, strict=True))
    return PersonChange(**{**said, "at": _instant(said["at"]), "person": person})


def _delegation(row: Sequence[Any]) -> Delegation:
    many = 1 + len(_DELEGATION)
    said = dict(zip(("pk", *_DELEGATION), row[:many], strict=True))
    person, to = (
        _named(row[first : first + 1 + len(_NAMES)]) for first in (many, many + 1 + len(_NAMES))
    )
    days = {name: date.fromisoformat(said[name]) for name in ("from_day", "until_day")}
    withdrawn = said["withdrawn_at"] and _instant(said["withdrawn_at"])
    said |= {**days, "ref": as_ref(said["ref"]), "withdrawn_at": withdrawn}
    return Delegation(**said, person=person, to=to)


def _named(row: Sequence[Any]) -> Person:
    said = dict(zip(("pk", *_NAMES), row, strict=True))
    return Person(**{**said, "ref": as_ref(said["ref"])})


def _instant(written: str) -> datetime:
    """SQLite keeps instants without their zone, which is UTC."""
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
