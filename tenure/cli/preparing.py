"""Before anything serves: the database up to date, and every check passed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tenure.lib.errors import Invalid, Unreachable

_MIGRATING = 7_295_041  # names our advisory lock among those of other programs


def migrate_database() -> list[str]:
    """Apply what is missing. Returns the names applied; servers starting together take turns."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    _refuse_on_errors(databases=None)
    try:
        with _alone():
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            # Also with nothing to apply: what is re-created after each migration may be missing.
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise Unreachable(
            "The database cannot be reached or changed "
            f"({type(error).__name__}); start it, or correct TENURE_DATABASE_URL."
        ) from error
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def is_migrated() -> bool:
    """Whether nothing is left to apply."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def refuse_unless_ready() -> None:
    """Raise Invalid with the first thing that must be mended before serving."""
    _refuse_on_errors(databases=["default"])


def warnings() -> list[str]:
    """What should be mended some day."""
    from django.core.checks import ERROR, run_checks

    found = [check for check in run_checks() if check.level < ERROR]
    return [f"{check.msg} {check.hint or ''}".strip() for check in found if check.id]


def _refuse_on_errors(*, databases: list[str] | None) -> None:
    from django.core.checks import ERROR, run_checks

    serious = [check for check in run_checks(databases=databases) if check.is_serious(ERROR)]
    if serious:
        sentences = [f"{check.id}: {check.msg} {check.hint or ''}".strip() for check in serious]
        raise Invalid("\n".join(sentences))


@contextmanager
def _alone() -> Iterator[None]:
    from django.db import connection

    if connection.vendor != "postgresql":  # SQLite: one server per home, see its lock
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])
