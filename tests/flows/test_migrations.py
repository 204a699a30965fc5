"""An installation of any earlier day comes to the same tables as a new one.

New ones are made by the squashed migrations; whoever had begun with those that they replace goes on
with them. Here somebody stopped in the middle of some slices and at the end of others.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tenure.testing.environment import IS_POSTGRESQL
from tenure.testing.schemas import shape_in_cluster, shape_of_file
from tenure.testing.tables import copy_in_cluster, copy_to_file

pytestmark = pytest.mark.django_db

# Some of each slice that has squashed ones: what these depend on is applied with them.
_BEGUN = """
from tenure.lib.starting import start_django
start_django()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
executor = MigrationExecutor(connection)
executor.loader = MigrationLoader(connection, replace_migrations=False)
executor.migrate([
    ("api", "0002_remember_where_it_was_allowed"),
    ("audit", "0002_append_in_one_call"),
    ("compliance", "0006_find_findings_of_their_owner"),
    ("notifications", "0002_tell_topics_to_people_and_targets"),
    ("provisioning", "0003_remember_which_user_planned"),
])
from tenure.cli.preparing import is_migrated, migrate_database
assert not is_migrated()
applied = migrate_database()
assert is_migrated()
print(*applied)
"""


@pytest.fixture
def earlier(tmp_path):
    """The URL of an empty database, beside the one of this run."""
    if not IS_POSTGRESQL:
        return f"sqlite:///{tmp_path}/earlier.sqlite3"
    import psycopg

    cluster, name = os.environ["TENURE_TEST_CLUSTER"], f"{connection.settings_dict['NAME']}_earlier"
    with psycopg.connect(cluster, autocommit=True) as beside:
        beside.execute(f'CREATE DATABASE "{name}"')
    return f"{cluster.rpartition('/')[0]}/{name}"


def test_who_stopped_in_the_middle_comes_to_the_tables_of_a_new_one(earlier, tmp_path):
    finished = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _BEGUN],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"TENURE_DATABASE_URL": earlier},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    applied = finished.stdout.split()
    assert "inventory.0021_read_workload_identities" in applied
    assert not [name for name in applied if "_squashed_" in name]
    ours = shape_in_cluster(earlier) if IS_POSTGRESQL else shape_of_file(Path(earlier[10:]))
    assert len(ours) > 100
    assert ours ^ new_one(tmp_path) == set()


def new_one(tmp_path):
    if not IS_POSTGRESQL:
        copy_to_file(tmp_path / "new.sqlite3")
        return shape_of_file(tmp_path / "new.sqlite3")
    cluster, name = os.environ["TENURE_TEST_CLUSTER"], f"{connection.settings_dict['NAME']}_new"
    copy_in_cluster(cluster, name)
    return shape_in_cluster(f"{cluster.rpartition('/')[0]}/{name}")
