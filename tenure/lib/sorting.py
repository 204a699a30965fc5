"""One order on every database."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField
from django.db.models.sql.compiler import SQLCompiler


class ByBytes(Func):
    """A text, to be sorted by its bytes: the same everywhere, whatever the database's language."""

    output_field = TextField()

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *_: Any,  # noqa: ANN401 - as Django has it
        **__: Any,  # noqa: ANN401 - same
    ) -> tuple[str, Any]:
        collation = '"C"' if connection.vendor == "postgresql" else "BINARY"
        template = f"%(expressions)s COLLATE {collation}"
        return super().as_sql(compiler, connection, template=template)
