"""When keys were last used, as an order that an index has."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Func
from django.db.models.sql.compiler import SQLCompiler


class LastUse(Func):
    """When somebody used a key last; where nobody knows, later than anything, so that it stands
    last.

    The late date is written out: of a parameter SQLite does not see that it is the index's.
    """

    template = "COALESCE(%(expressions)s, '9999-01-01 00:00:00+00')"
    arity = 1
    output_field = DateTimeField()

    def as_sqlite(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        **context: Any,  # noqa: ANN401 - Django's own
    ) -> tuple[str, Any]:
        """As this database writes its instants, for they are compared as text."""
        written = self.template.replace("+00", "")
        return self.as_sql(compiler, connection, template=written, **context)
