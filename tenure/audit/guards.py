"""Promises about rows, kept by the database itself: triggers refuse what the model forbids.

A model declares `guard: ClassVar = AppendOnly()`, or `sealed.Sealed(…)` where something may still
become of a row. Triggers are (re)created after every migrate,
because Django alters a SQLite table by making a new one, which loses them; a system check and
`require()` refuse to serve without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, UniqueConstraint

PREFIX = "tenure_guard_"
FUNCTION = "tenure_guard_refuse"
_BODY = """
BEGIN
  RAISE EXCEPTION '% on % refused: its rows are %', TG_OP, TG_TABLE_NAME,
    COALESCE(TG_ARGV[0], 'append-only')
    USING ERRCODE = 'integrity_constraint_violation';
END
"""


class GuardsMissing(Exception):
    """Tables that promise to be append-only could be changed; the message names them."""


@dataclass(frozen=True, slots=True)
class AppendOnly:
    """Rows are added and stay as they are.

    `erasable` columns may be emptied, all of them in one UPDATE that touches nothing else.
    """

    erasable: tuple[str, ...] = ()

    def triggers(self, model: type[Model], vendor: str) -> dict[str, str]:
        """Name -> CREATE TRIGGER statement."""
        if vendor == "postgresql":
            return dict(self._postgresql(model))
        return dict(self._sqlite(model))

    def _postgresql(self, model: type[Model]) -> Iterator[tuple[str, str]]:
        table = model._meta.db_table
        changed = self._changed(model, "IS DISTINCT FROM")
        for event, level, when in (
            ("UPDATE", "ROW", f"WHEN ({changed}) " if changed else ""),
            ("DELETE", "ROW", ""),
            ("TRUNCATE", "STATEMENT", ""),
        ):
            name = f"{PREFIX}{event.lower()}"
            statement = (
                f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" FOR EACH {level} '
                f"{when}EXECUTE FUNCTION {FUNCTION}()"
            )
            yield name, statement

    def _sqlite(self, model: type[Model]) -> Iterator[tuple[str, str]]:
        table = model._meta.db_table
        changed = self._changed(model, "IS NOT")
        for event, when in (("UPDATE", changed), ("DELETE", ""), ("INSERT", taken(model))):
            name = f"{PREFIX}{event.lower()}_{table}"
            statement = (
                f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" '
                f"{f'WHEN {when} ' if when else ''}BEGIN SELECT RAISE(ABORT, "
                f"'{event} on {table} refused: its rows are append-only'); END"
            )
            yield name, statement

    def _changed(self, model: type[Model], differs: str) -> str:
        if not self.erasable:
            return ""
        columns = [(field.name, field.column) for field in model._meta.concrete_fields]
        return " OR ".join(
            f'NEW."{column}" IS NOT NULL'
            if name in self.erasable
            else f'NEW."{column}" {differs} OLD."{column}"'
            for name, column in columns
        )


def guarded_models() -> list[type[Model]]:
    """Every model that declares a guard."""
    return [model for model in apps.get_models() if hasattr(model, "guard")]


def install(database: BaseDatabaseWrapper) -> None:
    """(Re)create every guard whose table exists."""
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger "
                f"LANGUAGE plpgsql AS $guard${_BODY}$guard$"
            )
        for model, wanted in _wanted(database):
            _drop(cursor, database, model)
            for name, statement in wanted.items():
                cursor.execute(statement)
                if database.vendor == "postgresql":
                    # Fires even where session_replication_role silences ordinary triggers.
                    table = model._meta.db_table
                    cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {name}')


def lift(database: BaseDatabaseWrapper) -> None:
    """Take the guards away: for tests that tamper, never for the product."""
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        for model, _ in _wanted(database):
            _drop(cursor, database, model)


def missing(database: BaseDatabaseWrapper) -> list[str]:
    """Tables without their guard in full force."""
    with database.cursor() as cursor:
        return [
            model._meta.db_table
            for model, wanted in _wanted(database)
            if _present(cursor, database, model) != _expected(database, wanted)
        ]


def require(database: BaseDatabaseWrapper | None = None) -> None:
    """Raise GuardsMissing unless every guard is in force. For start-up."""
    if unguarded := missing(database or connections[DEFAULT_DB_ALIAS]):
        raise GuardsMissing(
            f"Run tenure migrate: the database does not guard {', '.join(unguarded)}."
        )


def install_after_migrate(*, using: str, **_: object) -> None:
    """What the framework calls after every migrate."""
    install(connections[using])


def _wanted(database: BaseDatabaseWrapper) -> list[tuple[type[Model], dict[str, str]]]:
    tables = set(database.introspection.table_names())
    return [
        (model, model.guard.triggers(model, database.vendor))  # type: ignore[attr-defined] # see there
        for model in guarded_models()
        if model._meta.db_table in tables
    ]


def _expected(database: BaseDatabaseWrapper, wanted: dict[str, str]) -> dict[str, str]:
    if database.vendor == "postgresql":
        return dict.fromkeys(wanted, f"A {_BODY}")
    return wanted


def _present(
    cursor: CursorWrapper, database: BaseDatabaseWrapper, model: type[Model]
) -> dict[str, str]:
    """Our triggers on the model's table, each with what must not have changed about it."""
    if database.vendor == "postgresql":
        cursor.execute(
            "SELECT t.tgname, t.tgenabled::text || ' ' || p.prosrc FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = %s::regclass AND starts_with(t.tgname, %s)",
            [f'"{model._meta.db_table}"', PREFIX],
        )
    else:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
            "AND substr(name, 1, %s) = %s",
            [model._meta.db_table, len(PREFIX), PREFIX],
        )
    return dict(cursor.fetchall())


def _drop(cursor: CursorWrapper, database: BaseDatabaseWrapper, model: type[Model]) -> None:
    on = f' ON "{model._meta.db_table}"' if database.vendor == "postgresql" else ""
    for name in _present(cursor, database, model):
        cursor.execute(f"DROP TRIGGER {name}{on}")


def taken(model: type[Model]) -> str:
    """SQL, for SQLite: a kept row shares a key with the new one. Partial unique indexes are not
    seen. REPLACE would delete the row in its way without firing delete triggers.
    """
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    keys = [[field.column] for field in model._meta.concrete_fields if field.unique]
    keys += [
        [columns[name] for name in constraint.fields]
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    same = " OR ".join(
        "(" + " AND ".join(f'kept."{column}" = NEW."{column}"' for column in key) + ")"
        for key in keys
    )
    return f'EXISTS (SELECT 1 FROM "{model._meta.db_table}" AS kept WHERE {same})'  # noqa: S608 - our own table and column names
