from __future__ import annotations

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from tenure.audit import guards


@register(Tags.database)
def check_guards(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Append-only tables must be so in the database, not only in our code."""
    return [
        Error(
            f"The database does not guard {table}: its rows could be changed unnoticed.",
            hint="Run tenure migrate; it puts the guards back.",
            id="audit.E001",
        )
        for alias in databases or ()
        for table in guards.missing(connections[alias])
    ]
