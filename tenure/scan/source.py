"""The people file of a scan, and which line of it speaks of whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from tenure.people.models import Person
from tenure.people.reading import read_people_csv


@dataclass(frozen=True)
class PeopleFile:
    """A file as it was named and as it was read."""

    name: str
    content: bytes

    @cached_property
    def _lines(self) -> dict[str, int]:
        rows = read_people_csv(self.content, default_zone=settings.TENURE_TIME_ZONE).rows
        lines = {f"id {row.external_id}": row.line for row in rows if row.external_id}
        return lines | {row.email_key: row.line for row in rows if row.email_key}

    def line_of(self, person: Person) -> int | None:
        """The line that names this person; None when none does."""
        return self._lines.get(person.email_key) or self._lines.get(f"id {person.external_id}")
