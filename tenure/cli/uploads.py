"""Connections that are read from files: `tenure connect file`, `tenure connections upload`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.connection_documents import document
from tenure.cli.output import emit, operator, stop, table

if TYPE_CHECKING:
    from tenure.connections.models import Connection
    from tenure.connections.uploading import Understood

CsvFile = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="of a file: its accounts")
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="FIELD=COLUMN", help="of a file: which column is what, such as id=Member"
    ),
]
_SHOWN = 20


def connect_a_file(csv: Path | None, *, name: str, columns: list[str] | None, owner: str) -> None:
    """Connect a system by a file of its accounts, and queue its first sync."""
    from tenure.connections import queries
    from tenure.connections.operations.connect_file import connect_file

    if csv is None or not name:
        stop("Give the name of the system by --name and the file of its accounts by --csv.")
    actor = operator()
    looking_after = queries.owner_by_email(owner, actor=actor) if owner else None
    what = _understood(csv, columns, None)
    made = connect_file(
        what=what,
        name=name,
        owner_ref=looking_after.ref if looking_after else None,
        actor=actor,
    )
    words = [*_words(what), f"Connected {made.name}; its accounts appear as they are read."]
    emit({"connection": document(made), "file": _document(what)}, words=words)


def upload(
    name: Annotated[str, typer.Argument(metavar="NAME", help="its name, ref or organization id")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a newer CSV of its accounts")],
    *,
    columns: Columns = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say how the file is understood, store nothing")
    ] = False,
) -> None:
    """Put a newer file in the place of the last one of a connection, and have it read."""
    start_django()
    from tenure.connections import queries
    from tenure.connections.operations.upload_file import upload_file

    actor = operator()
    connection = queries.connection_by_name(name, actor=actor)
    what = _understood(file, columns, connection)
    if not dry_run:
        upload_file(ref=connection.ref, what=what, actor=actor)
    done = "Nothing is stored." if dry_run else f"{connection.name} is read from it now."
    emit(
        {"connection": document(connection), "file": _document(what), "is_dry_run": dry_run},
        words=[*_words(what), done],
    )


def _understood(file: Path, columns: list[str] | None, connection: Connection | None) -> Understood:
    from tenure.connections.uploading import understood

    try:
        content = file.read_bytes()
    except OSError:
        stop(f"{file} cannot be read; check the path and its permissions.")
    chosen = _chosen(columns) if columns else None
    return understood(
        content=content,
        name=file.name,
        columns=chosen,
        connection=connection,
        actor=operator(),
    )


def _chosen(columns: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in columns]
    if any(not between for _, between, _ in pairs):
        stop("Write --map as FIELD=COLUMN, such as --map id=Member.")
    return {field.strip(): column for field, _, column in pairs}


def _document(what: Understood) -> dict[str, Any]:
    table_ = what.table
    return {
        "name": what.name,
        "sha256": what.sha256,
        "columns": table_.columns,
        "accounts": len(table_.accounts),
        "aside": table_.aside,
        "rejected": [{"line": one.line, "reason": one.reason} for one in table_.rejected],
    }


def _words(what: Understood) -> list[object]:
    read = what.table
    columns = ", ".join(f"{field} from {name}" for field, name in read.columns.items())
    words: list[object] = [
        f"{what.name}: {len(read.accounts)} accounts, {len(read.rejected)} lines rejected.",
        f"Understood: {columns}. Called deleted: {read.aside}.",
    ]
    if read.rejected:
        rows = [(one.line, one.reason) for one in read.rejected[:_SHOWN]]
        words += [
            table(["Line", "Reason"], rows),
            "While lines are rejected, nobody who is missing from the file is taken for gone.",
        ]
    return words
