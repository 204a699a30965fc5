"""Rows of other tables as a column, for a page that has few queries to spare."""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import JSONField, QuerySet, Subquery
from django.db.models.functions import JSONArray
from django.db.models.sql.compiler import SQLCompiler


class JsonRows(Subquery):
    """Each row of a query as the list of its columns; instants and days are written out."""

    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        super().__init__(rows.annotate(line=JSONArray(*columns)).values("line"))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        template = "(SELECT JSON_GROUP_ARRAY(JSON(line)) FROM (%(subquery)s) AS told)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, Any]:
        template = "(SELECT COALESCE(JSONB_AGG(line), '[]') FROM (%(subquery)s) AS told)"
        return self.as_sql(compiler, connection, template=template)


def nested(value: Any) -> Any:  # noqa: ANN401 - what a JSON column holds
    """A JSON column within such a row: SQLite gives its text."""
    return json.loads(value) if isinstance(value, str) else value
