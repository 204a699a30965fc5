"""The database of a scan is the one that every migration makes."""

from __future__ import annotations

import json

from tenure.scan.tests.conftest import environment, run
from tenure.testing.schemas import SQLITE_PARTS, shape_of_file, sqlite_shape
from tenure.testing.tables import copy_to_file

_SCANNED = f"""
from tenure.scan.private import begin_private_installation
begin_private_installation()
import json
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute({SQLITE_PARTS!r})
    print(json.dumps(cursor.fetchall()))
"""


def test_its_tables_and_guards_are_those_of_the_migrations(tmp_path):
    said = run(program=("-c", _SCANNED), env=environment(TENURE_HOME=str(tmp_path)))
    assert said.code == 0, said.err
    ours = sqlite_shape(json.loads(said.out))
    copy_to_file(tmp_path / "migrated.sqlite3")
    assert len(ours) > 100
    assert ours ^ shape_of_file(tmp_path / "migrated.sqlite3") == set()
