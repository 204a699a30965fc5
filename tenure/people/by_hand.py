"""What somebody enters of a person, as one more source: the weakest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tenure.lib.errors import Conflict, Invalid
from tenure.lib.text import fold_email
from tenure.people.directory import Directory, Record
from tenure.people.models import PeopleSource, Person, PersonRecord
from tenure.people.precedence import Statement, in_order, speaker
from tenure.people.reading import row_of

NAME = "By hand"
# Columns that may be entered. Nobody is ended by hand through a field: see mark_person_left.
COLUMNS = (
    "email",
    "external_id",
    "name",
    "kind",
    "title",
    "department",
    "manager_email",
    "start_date",
    "end_date",
    "status",
    "time_zone",
    "other_emails",
)


def stated_elsewhere(statements: Iterable[Statement], source: PeopleSource) -> dict[str, Statement]:
    """Fields that a stronger source states: they are shown, and not for anybody to enter."""
    ordered = [one for one in in_order(statements) if one.precedence > source.precedence]
    found = {}
    for column in COLUMNS:
        spellings = (column, "end_at") if column == "end_date" else (column,)
        said = speaker(ordered, *spellings)
        if column != "other_emails" and said and any(said.values.get(one) for one in spellings):
            found[column] = said
    return found


def record_of(
    values: Mapping[str, str],
    statements: Iterable[Statement],
    *,
    identifiers: Mapping[str, str],
    source: PeopleSource,
    earlier: Record | None,
    default_zone: str,
    at: datetime,
) -> Record:
    """The record after what was entered; what was not touched stays. `identifiers` are the person's
    own. Invalid or Conflict when a value makes no sense or is somebody else's to say."""
    said = stated_elsewhere(statements, source)
    for column in values:
        if column not in COLUMNS:
            raise Invalid(f"{column} cannot be entered by hand.", field=column)
        if column in said:
            raise Conflict(f"{said[column].source} says their {_words(column)}; change it there.")
    if values.get("status", "") not in ("", "active", "on_leave"):
        raise Invalid(
            "Write active or on_leave; when somebody has left, mark them as left.", field="status"
        )
    row = row_of({**identifiers, **values}, default_zone=default_zone)
    entered = {name: value for name, value in row.values().items() if name in values}
    if earlier is None:
        return Record(entered, {}, is_listed=True, read_at=at)
    read_at = earlier.read_at.isoformat()
    said_at = {
        column: earlier.said_at.get(column, read_at)
        for column, value in earlier.values.items()
        if entered.get(column, value) == value
    }
    return Record({**earlier.values, **entered}, said_at, is_listed=True, read_at=at)


def _words(column: str) -> str:
    return column.replace("_", " ").replace("email", "e-mail")


def write_record(
    person: Person, record: Record, *, source: PeopleSource, directory: Directory
) -> None:
    """Store it, and let the directory know of it."""
    PersonRecord.objects.update_or_create(
        person=person,
        source=source,
        defaults={
            "values": record.values,
            "said_at": record.said_at,
            "is_listed": True,
            "read_at": record.read_at,
        },
    )
    directory.people.setdefault(person.pk, person)
    directory.sources[source.pk] = source
    directory.records[person.pk][source.pk] = record


def identify(person: Person, record: Record) -> None:
    """The least that somebody new must have to be stored."""
    person.email = str(record.values.get("email", ""))
    person.email_key = fold_email(person.email)
    person.external_id = str(record.values.get("external_id", ""))


def entered_and_stated(
    statements: Iterable[Statement], person: Person
) -> tuple[dict[str, str], dict[str, Statement]]:
    """What is shown in the fields, and those of them that stronger sources state."""
    ordered = in_order(statements)
    by_hand = next((one for one in ordered if one.is_own and one.source == NAME), None)
    values = dict(by_hand.values) if by_hand else {}
    values["other_emails"] = "; ".join(values.get("other_emails") or ())
    known = {"email": person.email, "external_id": person.external_id}
    weakest = PeopleSource(precedence=by_hand.precedence if by_hand else 1)
    return {**known, **values}, stated_elsewhere(ordered, weakest)
