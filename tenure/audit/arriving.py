"""Where SQLite takes in an event whole: a view that stores the event, its texts and its place in
the sealer's queue by one statement, as a function of PostgreSQL's does (migration 0002).

SQLite refuses to rename a table while a trigger elsewhere speaks of one that is not there, which is
how Django alters tables. The view is therefore put away while migrations run.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tenure.audit.models import AuditEvent, AuditText, UnsealedEvent

VIEW = "audit_arriving"
COLUMNS = [str(field.column) for field in AuditEvent._meta.concrete_fields if not field.primary_key]
_EVENT, _TEXT, _UNSEALED = (
    model._meta.db_table for model in (AuditEvent, AuditText, UnsealedEvent)
)
# The next id is told by the statement itself, of which SQLite runs one at a time: what a trigger
# was given is the only thing that comes back from a view.
APPEND = (
    f"INSERT INTO {VIEW} (id, {', '.join(COLUMNS)}, texts) "  # noqa: S608 - our own names
    f"VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = '{_EVENT}'), "
    f"{', '.join(['%s'] * (len(COLUMNS) + 1))}) RETURNING id"
)
_CREATE_VIEW = f"CREATE VIEW {VIEW} AS SELECT " + ", ".join(
    f"NULL AS {column}" for column in ("id", *COLUMNS, "texts")
)
_CREATE_TRIGGER = (
    f"CREATE TRIGGER {VIEW}_whole INSTEAD OF INSERT ON {VIEW} BEGIN "  # noqa: S608 - same
    f"INSERT INTO {_EVENT} (id, {', '.join(COLUMNS)}) "
    f"VALUES (NEW.id, {', '.join(f'NEW.{column}' for column in COLUMNS)}); "
    f"INSERT INTO {_TEXT} (event_id, field, salt, text) "
    "SELECT NEW.id, json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
    "json_extract(value, '$[2]') FROM json_each(NEW.texts); "
    f"INSERT INTO {_UNSEALED} (event_id) VALUES (NEW.id); END"
)


def put_away_before_migrate(*, using: str, plan: Sequence[object], **_: object) -> None:
    """What the framework calls before every migrate; nothing is altered by one without a plan."""
    if plan and connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")


def put_up_after_migrate(*, using: str, **_: object) -> None:
    """What the framework calls after every migrate."""
    put_up(connections[using])


def put_up(database: BaseDatabaseWrapper) -> None:
    """(Re)create it, if its tables exist."""
    if database.vendor != "sqlite" or not {_EVENT, _TEXT, _UNSEALED}.issubset(
        database.introspection.table_names()
    ):
        return
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")
        cursor.execute(_CREATE_VIEW)
        cursor.execute(_CREATE_TRIGGER)
