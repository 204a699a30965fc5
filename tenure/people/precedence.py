"""Who is believed about what. Pure: no database, no clock, no settings.

what the sources say of a field, strongest first   -> the field
some say something                                    the strongest of those
all leave it empty                                    empty
none speaks of it                                     stays as it is

end             whoever is strongest of those that give a day or an instant gives both; an end
                before the first day, where they are, is an earlier tenure's and ends nothing
disabled        when any source says so
on leave        when the strongest that gives a status says so
listed          while no source that knew them has stopped listing them
other e-mails   all that anybody says, and work e-mails that a stronger source overruled

Between equals the person's own record comes before one that was merged into theirs, and the newer
before the older. After a merge only the records that count speak of start, end, status and listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tenure.lib.text import fold_email
from tenure.people import rules

Key = TypeVar("Key")

# Column of a source -> the person's own field.
PLAIN = {
    "email": "email",
    "external_id": "external_id",
    "name": "name",
    "kind": "kind",
    "title": "title",
    "department": "department",
    "manager_email": "manager_email_key",
    "time_zone": "time_zone",
}
TENURE = ("start_date", "end_date", "end_at", "status")
_DEFAULTS = {"kind": "employee"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source last said of one person. `counts` is whether its dates and status hold."""

    source: str
    precedence: int
    read_at: datetime
    is_listed: bool
    values: Mapping[str, Any]
    said_at: Mapping[str, str] = field(default_factory=dict)
    is_own: bool = True
    counts: bool = True

    def time_of(self, column: str) -> datetime:
        """When this source last spoke of a column."""
        earlier = self.said_at.get(column)
        return datetime.fromisoformat(earlier) if earlier else self.read_at


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """The strongest first."""
    return sorted(
        statements, key=lambda one: (-one.precedence, not one.is_own, -one.read_at.timestamp())
    )


def speaker(ordered: Sequence[Statement], *columns: str) -> Statement | None:
    """Who is believed about a field: the strongest that says something, else that leaves it empty.

    Several columns are one field in several spellings.
    """
    heard = [one for one in ordered if one.counts] if columns[0] in TENURE else ordered
    silent = None
    for one in heard:
        for column in columns:
            if one.values.get(column):
                return one
            if silent is None and column in one.values:
                silent = one
    return silent


def compose(
    statements: Iterable[Statement], *, default_zone: str, time_zone: str = ""
) -> dict[str, Any]:
    """The person's fields by what is said of them; a field that nobody speaks of is left out.

    Their days are those of the time zone that is said, else of the one they have, else of the
    organization's.
    """
    ordered = in_order(statements)
    if not ordered:
        return {}
    said: dict[str, Any] = {}
    for column, own in PLAIN.items():
        if one := speaker(ordered, column):
            said[own] = one.values[column] or _DEFAULTS.get(column, "")
    for identifier in ("email", "external_id"):
        # An empty identifier says nothing; it must not make somebody unrecognisable.
        if not said.get(identifier):
            said.pop(identifier, None)
    if "email" in said:
        said["email_key"] = fold_email(said["email"])
    if "manager_email_key" in said:
        said["manager_email_key"] = fold_email(said["manager_email_key"])
    in_zone = rules.zone(said.get("time_zone", time_zone), default=default_zone)
    return said | _tenure(ordered, in_zone)


def _tenure(ordered: Sequence[Statement], in_zone: ZoneInfo) -> dict[str, Any]:
    counting = [one for one in ordered if one.counts]
    if not counting:
        return {}
    said: dict[str, Any] = {"is_listed": all(one.is_listed for one in counting)}
    if one := speaker(ordered, "start_date"):
        said["starts_on"] = _day(one.values["start_date"])
    if one := speaker(ordered, "end_date", "end_at"):
        end_at = one.values.get("end_at")
        said["ends_on"] = _day(one.values.get("end_date"))
        said["end_at"] = datetime.fromisoformat(end_at) if end_at else None
        if starts_on := said.get("starts_on"):
            last = said["ends_on"]
            if exact := said["end_at"]:
                last = exact.astimezone(in_zone).date()
            if last is not None and last < starts_on:
                said["ends_on"] = said["end_at"] = None
    if one := speaker(ordered, "status"):
        said["is_on_leave"] = one.values["status"] == "on_leave"
        said["is_disabled"] = any(one.values.get("status") == "disabled" for one in counting)
    return said


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def other_emails(statements: Iterable[Statement]) -> dict[str, str]:
    """Every further address by its key, strongest first; the work e-mail itself is left out."""
    ordered = in_order(statements)
    found: dict[str, str] = {}
    for one in ordered:
        for email in (one.values.get("email") or "", *(one.values.get("other_emails") or ())):
            if email:
                found.setdefault(fold_email(email), email)
    work = speaker(ordered, "email")
    if work is not None:
        found.pop(fold_email(work.values["email"]), None)
    return found


def counting(kept: Key, merges: Iterable[tuple[Key, str]]) -> set[Key]:
    """Whose dates and status hold, of a person and those merged into theirs, oldest merge first.

    both     -> the merged one's too, beside those that held before
    kept     -> those that held before, and no others
    merged   -> the merged one's alone
    """
    holding = {kept}
    for merged, counts in merges:
        if counts == "both":
            holding.add(merged)
        elif counts == "merged":
            holding = {merged}
    return holding
