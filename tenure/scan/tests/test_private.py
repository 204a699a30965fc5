"""The database of a scan is the one that every migration makes."""

from __future__ import annotations

import json

from tenure.scan.tests.conftest import environment, run

_TELL = """
import json
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name != 'django_migrations'")
    print(json.dumps(cursor.fetchall()))
"""
_SCANNED = """
from tenure.scan.private import begin_private_installation
begin_private_installation()
"""
_MIGRATED = """
from tenure.lib.starting import start_django
start_django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def made_by(program: str, tmp_path) -> set[tuple[str, ...]]:
    """Every table, index and guard; of a table its columns and constraints in any order."""
    settings = environment(TENURE_HOME=str(tmp_path), TENURE_DATABASE_URL="sqlite://")
    said = run(program=("-c", program + _TELL), env=settings)
    assert said.code == 0, said.err
    return {
        (kind, name, *(sorted(_parts(sql)) if kind == "table" else [sql]))
        for kind, name, sql in json.loads(said.out)
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


def test_its_tables_and_guards_are_those_of_the_migrations(tmp_path):
    ours, theirs = made_by(_SCANNED, tmp_path), made_by(_MIGRATED, tmp_path)
    assert len(ours) > 100
    assert ours ^ theirs == set()
