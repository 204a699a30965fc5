"""Rows written, counted by triggers: exact, also where a row is written twice or rolled back to."""

from __future__ import annotations

# Runs, their collections and the log say how far reading is, and a test when it was asked; they are
# written whether anything changed.
_BOOKKEEPING = {"syncrun", "synccollection", "syncmark", "collection", "providerlog"}
_BOOKKEEPING |= {"compliancetest"}


def count_writes(*more: str) -> None:
    """From here on, in this database, every row of the inventory that is written is counted, and
    of more slices."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_written (name text)")
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION bench_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "INSERT INTO bench_written VALUES (TG_TABLE_NAME); RETURN NULL; END $$"
            )
        for table in _tables("inventory", *more):
            for statement in _triggers(table, connection.vendor):
                cursor.execute(statement)


def written() -> dict[str, int]:
    """Rows written by table since the last time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, count(*) FROM bench_written GROUP BY name")
        counts = dict(cursor.fetchall())
        cursor.execute("DELETE FROM bench_written")
    return counts


def _triggers(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        each = "FOR EACH ROW EXECUTE FUNCTION bench_count()"
        return [f"CREATE TRIGGER bench AFTER INSERT OR UPDATE OR DELETE ON {table} {each}"]
    count = f"INSERT INTO bench_written VALUES ('{table}')"  # noqa: S608 - a name of ours
    return [
        f"CREATE TRIGGER bench_{table}_{verb} AFTER {verb} ON {table} BEGIN {count}; END"
        for verb in ("INSERT", "UPDATE", "DELETE")
    ]


def _tables(*slices: str) -> list[str]:
    from django.apps import apps

    models = [one for name in slices for one in apps.get_app_config(name).get_models()]
    return [m._meta.db_table for m in models if m._meta.model_name not in _BOOKKEEPING]
