"""Files of accounts: how one is understood before it is stored, and how it is kept.

`understood` reads a file and stores nothing; whoever stores one hands over what was understood.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

import msgspec
from django.conf import settings

from tenure.connections.models import Connection
from tenure.connections.upload_models import UploadedFile
from tenure.connectors.base import Upload
from tenure.connectors.file.columns import FIELDS, guess
from tenure.connectors.file.reading import Table, names_in, read_table
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid

# Surfaces take these from here: they hold no connector themselves.
__all__ = ["FIELDS", "Table", "Understood", "guess", "names_in", "understood"]

MEGABYTE = 1_000_000


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and how each of its lines is understood."""

    name: str
    content: bytes
    table: Table

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_size(content: bytes) -> None:
    """Invalid for a file larger than this installation keeps."""
    if len(content) > settings.TENURE_UPLOAD_MB * MEGABYTE:
        raise Invalid(
            f"The file is larger than {settings.TENURE_UPLOAD_MB} MB; leave out columns that are"
            " not needed, or raise TENURE_UPLOAD_MB.",
            field="file",
        )


def understood(
    *,
    content: bytes,
    name: str,
    columns: Mapping[str, str] | None = None,
    connection: Connection | None = None,
    actor: Actor,
) -> Understood:
    """Read a file by the chosen columns; else by those of the connection's last file, where it has
    them; else by a guess. Nothing is stored. Raises Invalid."""
    ref = str(connection.ref) if connection else None
    actor.require("connections.manage", connection=ref)
    check_size(content)
    if columns is None and connection is not None:
        last = UploadedFile.objects.filter(connection=connection).order_by("-id").first()
        names = set(names_in(content))
        if last is not None and set(last.columns.values()) <= names:
            columns = last.columns
    table = read_table(content, columns)
    return Understood(name=name.strip()[:200] or "accounts.csv", content=content, table=table)


def check_has_accounts(table: Table) -> None:
    """Invalid when no line names an account: nobody means to say that all are gone."""
    if table.accounts:
        return
    first = next(iter(table.rejected), None)
    why = f" line {first.line} {first.reason}" if first else " it has no lines below the first"
    raise Invalid(f"No line of the file can be taken as an account:{why}.", field="file")


def keep(connection: Connection, what: Understood, **by: object) -> UploadedFile:
    """Store the file, compressed; it is in force from now on. In the caller's transaction."""
    table = what.table
    return UploadedFile.objects.create(
        connection=connection,
        name=what.name,
        packed=zlib.compress(what.content),
        size=len(what.content),
        sha256=what.sha256,
        columns=table.columns,
        accounts=len(table.accounts),
        rejected=len(table.rejected),
        aside=table.aside,
        **by,
    )


def latest(connection: Connection) -> Upload | None:
    """The file in force, as the connector reads it."""
    last = UploadedFile.objects.filter(connection=connection).order_by("-id").first()
    if last is None:
        return None
    return Upload(
        content=zlib.decompress(bytes(last.packed)),
        columns=last.columns,
        uploaded_at=last.uploaded_at,
    )
