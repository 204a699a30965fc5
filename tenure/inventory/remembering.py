"""What the inventory knows of lists that are about to be read."""

# ruff: noqa: S608 - the statement is put together from names and numbers of ours
from __future__ import annotations

from collections.abc import Sequence

from django.db import connection as database

from tenure.inventory.known import Known
from tenure.inventory.merge import Statements
from tenure.inventory.models import Collection


def known_rows(statements: Statements, collections: Sequence[Collection]) -> dict[int, Known]:
    """What is known of these lists, by the id of each collection. Opens no transaction."""
    scopes = {
        c.pk if statements.scope == "collection_id" else c.connection_id: c.pk for c in collections
    }
    known = {pk: Known() for pk in scopes.values()}
    marks = ", ".join(str(int(scope)) for scope in scopes)
    with database.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT a.{statements.scope}, COALESCE({statements.fingerprint}, 0), a.id "
            f"FROM {statements.table} a WHERE a.{statements.scope} IN ({marks}) "
            f"AND {statements.is_mine} AND NOT ({statements.is_over}) "
            f"ORDER BY COALESCE({statements.fingerprint}, 0)"
        )
        while rows := cursor.fetchmany(5_000):
            for scope, fingerprint, row_id in rows:
                known[scopes[scope]].add(fingerprint, row_id)
    return known
