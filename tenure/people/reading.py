"""Reading a people CSV: every good line becomes a row, every bad one a number and a reason.

Header row in any order; `,` or `;`; UTF-8 with or without BOM; CRLF or LF; ISO dates. Columns
that mean nothing to us are ignored with a note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import TypeVar

from tenure.lib.csvin import address, clean, open_csv
from tenure.lib.errors import Invalid
from tenure.lib.text import fold_email
from tenure.people.models import Person
from tenure.people.rules import STATUS_WORDS, zone

KNOWN = (
    *("email", "external_id", "name", "status", "start_date", "end_date", "end_at", "time_zone"),
    *("manager_email", "department", "title", "kind", "other_emails"),
)
Day = TypeVar("Day", bound=date)
# A file to begin from; it reads without a remark.
TEMPLATE = (
    ",".join(KNOWN)
    + """
ada.berg@example.com,E-1001,Ada Berg,active,2024-03-01,,,Europe/Oslo,\
lee.chan@example.com,Platform,Engineer,employee,ada@example.net
lee.chan@example.com,E-1002,Lee Chan,active,2022-08-15,2026-12-31,,,,Platform,Director,employee,
"""
)
# Asking the enumeration of every line costs as much as reading it.
_KINDS = frozenset(Person.Kind.values)


@dataclass(frozen=True, slots=True)
class Row:
    """One good line. `columns` are those the file has: what it lacks, it does not clear."""

    line: int
    columns: frozenset[str]
    email: str
    external_id: str
    name: str
    status: str
    starts_on: date | None
    ends_on: date | None
    end_at: datetime | None
    time_zone: str
    manager_email: str
    department: str
    title: str
    kind: str
    other_emails: tuple[str, ...]

    @property
    def email_key(self) -> str:
        return fold_email(self.email)

    def values(self) -> dict[str, object]:
        """The line as the source wrote it, by column."""
        values = {
            "email": self.email,
            "external_id": self.external_id,
            "name": self.name,
            "status": self.status,
            "start_date": self.starts_on.isoformat() if self.starts_on else "",
            "end_date": self.ends_on.isoformat() if self.ends_on else "",
            "end_at": self.end_at.isoformat() if self.end_at else "",
            "time_zone": self.time_zone,
            "manager_email": self.manager_email,
            "department": self.department,
            "title": self.title,
            "kind": self.kind,
            "other_emails": list(self.other_emails),
        }
        return {name: value for name, value in values.items() if name in self.columns}


@dataclass(slots=True)
class Reading:
    """A whole file, read: what can be taken, what cannot and why, and what was left aside."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[dict[str, object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    def reject(self, line: int, reason: str, *, email: str = "", external_id: str = "") -> None:
        """Leave a line out. Whom it names is not missing from the file all the same."""
        self.rejected.append({"line": line, "reason": reason})
        self.named |= {fold_email(email), external_id} - {""}


def read_people_csv(content: bytes, *, default_zone: str) -> Reading:
    """Read a file. Raises Invalid only when nothing in it can be people."""
    names, numbered = open_csv(content, such_as="email,name")
    header = [name.lower().replace(" ", "_") for name in names]
    reading = Reading()
    _judge_header(header, reading)
    for line, cells in numbered(reading.reject):
        _take(line, cells, header, reading, default_zone)
    _reject_twins(reading)
    reading.rejected.sort(key=lambda bad: int(str(bad["line"])))
    return reading


def _judge_header(header: list[str], reading: Reading) -> None:
    if "email" not in header and "external_id" not in header:
        raise Invalid(
            "The first line must name the columns, with email or external_id among them; "
            f"it says {', '.join(header)[:200]!r}."
        )
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise Invalid(f"The column {twice[0]} appears twice; keep one of them.")
    if extra := [name for name in header if name not in KNOWN]:
        reading.notes.append(
            f"Ignored columns: {', '.join(name or '(no name)' for name in extra)}."
        )


def _take(
    line: int, cells: list[str], header: list[str], reading: Reading, default_zone: str
) -> None:
    said = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    named = {name: said[name] for name in ("email", "external_id") if name in said}
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        reason = f"has {len(cells)} values for {len(header)} columns"
        return reading.reject(line, reason, **named)
    try:
        values = {name: clean(cell, column=name) for name, cell in said.items()}
        reading.rows.append(row_of(values, line=line, default_zone=default_zone))
    except Invalid as error:
        reading.reject(line, str(error), **named)


def row_of(values: Mapping[str, str], *, line: int = 0, default_zone: str) -> Row:
    """One person as written, column by column. Invalid names the column that makes no sense."""

    def text(name: str, longest: int = 200) -> str:
        value = values.get(name, "")
        if len(value) > longest:
            raise Invalid(f"{name} is longer than {longest} characters", field=name)
        return value

    email, external_id = text("email", 320), text("external_id")
    if not email and not external_id:
        raise Invalid("has neither email nor external_id", field="email")
    status = values.get("status", "").lower()
    if status not in STATUS_WORDS:
        raise Invalid(
            f"status {status!r} is unknown; write active, on_leave or inactive", field="status"
        )
    kind = values.get("kind", "").lower()
    if kind and kind not in _KINDS:
        raise Invalid(
            f"kind {kind!r} is unknown; write employee, contractor or other", field="kind"
        )
    if time_zone := text("time_zone", 64):
        zone(time_zone, default=default_zone)
    starts_on, ends_on = _date(values, "start_date"), _date(values, "end_date")
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid(f"end_date {ends_on} is before start_date {starts_on}", field="end_date")
    return Row(
        line=line,
        columns=frozenset(values),
        email=address(email, column="email"),
        external_id=external_id,
        name=text("name"),
        status=STATUS_WORDS[status],
        starts_on=starts_on,
        ends_on=ends_on,
        end_at=_instant(values.get("end_at", "")),
        time_zone=time_zone,
        manager_email=address(text("manager_email", 320), column="manager_email"),
        department=text("department"),
        title=text("title"),
        kind=kind,
        other_emails=_addresses(values.get("other_emails", "")),
    )


def _addresses(written: str) -> tuple[str, ...]:
    parts = [part.strip() for part in written.split(";")]
    return tuple(address(part, column="other_emails") for part in parts if part)


def _date(values: Mapping[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(values[name]) if values.get(name) else None
    except ValueError as error:
        raise Invalid(
            f"{name} {values[name]!r} is not an ISO date such as 2026-11-30", field=name
        ) from error
    return day and _within_reach(name, day)


def _instant(value: str) -> datetime | None:
    if not value:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise Invalid(
            f"end_at {value!r} is not an ISO instant with offset", field="end_at"
        ) from error
    if instant.tzinfo is None:
        raise Invalid(
            f"end_at {value!r} has no offset; write one such as 2026-11-30T18:00+01:00",
            field="end_at",
        )
    return _within_reach("end_at", instant)


def _within_reach(name: str, day: Day) -> Day:
    """The day before and the day after must exist too, in every time zone."""
    if not MINYEAR < day.year < MAXYEAR:
        raise Invalid(f"{name} {day} is no real day; leave it empty when there is none", field=name)
    return day


def _reject_twins(reading: Reading) -> None:
    """Two lines that name one person contradict each other: neither is taken."""
    for column in ("email", "external_id"):
        lines: dict[str, list[Row]] = defaultdict(list)
        for row in reading.rows:
            if key := row.email_key if column == "email" else row.external_id:
                lines[key].append(row)
        for twins in lines.values():
            for row in twins if len(twins) > 1 else ():
                others = ", ".join(str(twin.line) for twin in twins if twin is not row)
                reason = f"has the same {column} as line {others}"
                reading.reject(row.line, reason, email=row.email, external_id=row.external_id)
        bad = {bad["line"] for bad in reading.rejected}
        reading.rows = [row for row in reading.rows if row.line not in bad]
