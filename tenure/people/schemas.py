from __future__ import annotations

from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.lib.endpoints import Given, Instant, PageOf
from tenure.people.models import PeopleImport, PeopleSource


class ImportQuery(Given):
    full: bool = Field(
        default=False, description="The file lists everybody: who is missing becomes inactive."
    )
    dry_run: bool = Field(default=False, description="Count, and change nothing.")
    confirmed: bool = Field(
        default=False, description="Go on although more than a fifth of the people would end."
    )


class RejectedLine(Schema):
    """A line of the file that was not taken, and why."""

    line: int
    reason: str


class ImportOut(Schema):
    """What an import did. `ref` is null after a dry run, which did nothing."""

    ref: str | None
    source: str
    at: Instant
    is_full: bool
    created: int
    updated: int
    unchanged: int
    no_longer_listed: int
    ended: int
    rejected: list[RejectedLine]
    notes: list[str]

    @classmethod
    def of(cls, done: PeopleImport) -> Self:
        same: dict[str, Any] = {name: getattr(done, name) for name in _SAME}
        return cls(ref=str(done.ref) if done.pk else None, source=done.source.name, **same)


_SAME = [name for name in ImportOut.model_fields if name not in ("ref", "source")]


class ImportPage(PageOf[ImportOut]):
    pass


class SourceOut(Schema):
    """Where people come from; the higher precedence wins."""

    ref: str
    kind: str
    name: str
    precedence: int
    expected_days: int
    last_read_at: Instant | None

    @classmethod
    def of(cls, source: PeopleSource) -> Self:
        return cls(
            ref=str(source.ref),
            kind=source.kind,
            name=source.name,
            precedence=source.precedence,
            expected_days=source.expected_days,
            last_read_at=source.last_read_at,
        )


class SourcePage(PageOf[SourceOut]):
    pass
