"""What a database consists of, whatever order it was made in: to compare two of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

# Who asks for the shape of a SQLite database asks this, of files and of memory.
SQLITE_PARTS = "SELECT type, name, sql FROM sqlite_master WHERE name != 'django_migrations'"
_POSTGRESQL_PARTS = """
SELECT 'column', table_name || '.' || column_name,
    concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default,
        is_identity, identity_generation, collation_name)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""

Shape = set[tuple[str, ...]]


def shape_of_file(database: Path) -> Shape:
    """Every table, index and trigger of a SQLite file."""
    opened = sqlite3.connect(database)
    try:
        return sqlite_shape(opened.execute(SQLITE_PARTS))
    finally:
        opened.close()


def shape_in_cluster(url: str) -> Shape:
    """Every column, constraint, index, trigger and function of a PostgreSQL database of ours."""
    import psycopg

    with psycopg.connect(url) as connection:
        return {tuple(row) for row in connection.execute(_POSTGRESQL_PARTS)}


def sqlite_shape(rows: Iterable[tuple[str, str, str]]) -> Shape:
    """Of what `SQLITE_PARTS` answered; of a table its columns and constraints in any order."""
    return {
        (kind, name, *(sorted(_parts(sql)) if kind == "table" else [sql]))
        for kind, name, sql in rows
    }


def _parts(sql: str) -> list[str]:
    """What stands between the outermost brackets, split at their own commas."""
    parts, depth = [""], 0
    for character in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
