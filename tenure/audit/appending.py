"""How an event, its texts and its place in the sealer's queue get into the database.

On PostgreSQL in one call: as three statements they more than halve the rate of small writes
(benchmarks/audit_writers.py). SQLite has no round trip to save, and cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection
from psycopg import Cursor

from tenure.audit.models import AuditEvent, AuditText, UnsealedEvent

# The function of migration 0002, whose arguments are the columns in the model's order.
_CALL = f"SELECT tenure_audit_append({', '.join(['%s'] * 14)})"


class Salted(NamedTuple):
    """A personal text and the salt of its digest."""

    salt: str
    text: str


def append(event: AuditEvent, texts: Mapping[str, Salted]) -> None:
    """Store a new event with its texts by field."""
    if connection.vendor == "postgresql":
        _at_once(event, texts)
        return
    event.save(force_insert=True)
    AuditText.objects.bulk_create(
        AuditText(event=event, field=field, salt=kept.salt, text=kept.text)
        for field, kept in texts.items()
    )
    UnsealedEvent.objects.create(event=event)


def _at_once(event: AuditEvent, texts: Mapping[str, Salted]) -> None:
    fields = [f for f in AuditEvent._meta.concrete_fields if not f.primary_key]
    values = [f.get_db_prep_save(f.value_from_object(event), connection) for f in fields]
    salts, kept = zip(*texts.values(), strict=True)
    connection.ensure_connection()
    # Values bound by the server: the framework's cursor would write them into the statement's text,
    # which costs a writer more than the rest of its event.
    with Cursor(connection.connection) as cursor:
        found = cursor.execute(_CALL, [*values, list(texts), list(salts), list(kept)]).fetchone()
    event.pk = found[0] if found else None
    event._state.adding, event._state.db = False, connection.alias
