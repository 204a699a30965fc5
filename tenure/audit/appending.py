"""How an event, its texts and its place in the sealer's queue get into the database: by one
statement, which is whole or not at all.

As three they more than halve the rate of small writes on PostgreSQL (benchmarks/audit_writers.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection
from psycopg import Cursor

from tenure.audit.arriving import APPEND
from tenure.audit.models import AuditEvent

# The function of migration 0002, whose arguments are the columns in the model's order.
_CALL = f"SELECT tenure_audit_append({', '.join(['%s'] * 14)})"


class Salted(NamedTuple):
    """A personal text and the salt of its digest."""

    salt: str
    text: str


def append(event: AuditEvent, texts: Mapping[str, Salted]) -> None:
    """Store a new event with its texts by field."""
    fields = [f for f in AuditEvent._meta.concrete_fields if not f.primary_key]
    values = [f.get_db_prep_save(f.value_from_object(event), connection) for f in fields]
    is_postgresql = connection.vendor == "postgresql"
    event.pk = (_by_function if is_postgresql else _by_view)(values, texts)
    event._state.adding, event._state.db = False, connection.alias


def _by_view(values: list[Any], texts: Mapping[str, Salted]) -> int:
    given = json.dumps([[field, *kept] for field, kept in texts.items()])
    with connection.cursor() as cursor:
        cursor.execute(APPEND, [*values, given])
        return int(cursor.fetchone()[0])


def _by_function(values: list[Any], texts: Mapping[str, Salted]) -> int | None:
    salts, kept = zip(*texts.values(), strict=True)
    connection.ensure_connection()
    # Values bound by the server: the framework's cursor would write them into the statement's text,
    # which costs a writer more than the rest of its event.
    with Cursor(connection.connection) as cursor:
        found = cursor.execute(_CALL, [*values, list(texts), list(salts), list(kept)]).fetchone()
    return found[0] if found else None
