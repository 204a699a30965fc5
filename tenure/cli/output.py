"""How the command line speaks: one JSON document, or words and tables for a person."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from tenure.lib.actor import Actor

_DATE, _DATE_WIDTH = re.compile(r"\d{4}-\d\d-\d\d"), len("2026-12-31")
OK, NOT_OK, REFUSED, UNREACHABLE, UNTRUSTED = 0, 1, 2, 3, 4


@dataclass
class State:
    """The global flags of this invocation."""

    json: bool = False
    quiet: bool = False
    verbose: int = 0


state = State()


def console() -> Console:
    """Standard output for a person; silent under --json and -q."""
    return Console(quiet=state.json or state.quiet, highlight=False, soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: str = "Ref") -> Table:
    """A plain table: heads, no grid. Wrapped where too wide, never cut; one column and every date
    stay whole. Where lines would wrap, refs go below what they are of.
    """
    made = Table(box=None, pad_edge=False, header_style="dim")
    shown = [[str("-" if cell in (None, "") else cell) for cell in row] for row in rows]
    if columns[-1] == "Ref" and _width([columns, *shown]) > console().width:
        columns, whole = columns[:-1], columns[0]
        shown = [[f"{first}\n{ref}", *rest] for first, *rest, ref in shown]
    for number, name in enumerate(columns):
        dates = any(_DATE.match(row[number]) for row in shown)
        made.add_column(
            name, overflow="fold", no_wrap=name == whole, min_width=_DATE_WIDTH if dates else None
        )
    for row in shown:
        made.add_row(*row)
    return made


def _width(rows: Sequence[Sequence[str]]) -> int:
    """Of a table in which nothing wraps: its columns, and two spaces between them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return sum(widths) + 2 * (len(widths) - 1)


def to_the_minute(instant: str | None) -> str | None:
    """An instant of a document as a list shows it, in UTC; in full it stands in the document."""
    return f"{instant[:10]} {instant[11:16]}" if instant else None


def emit(document: object, *, words: object = None) -> None:
    """Print the result: `document` as JSON under --json, else `words` (text, table or several)."""
    if state.json:
        sys.stdout.write(as_json(document))
        return
    parts: list[Any] = list(words) if isinstance(words, list | tuple) else [words]
    for part in parts:
        if part is not None:
            console().print(part, markup=False) if isinstance(part, str) else console().print(part)


def as_json(document: object) -> str:
    """The document as it is printed."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def stop(
    sentence: str, *, code: int = REFUSED, kind: str = "refused", status: int = 400
) -> NoReturn:
    """End with one sentence that says what to do, and an exit code."""
    if state.json:
        problem = {"type": f"urn:tenure:{kind}", "title": sentence, "status": status}
        sys.stdout.write(msgspec.json.encode(problem).decode() + "\n")
    else:
        sys.stderr.write(sentence + "\n")
    raise typer.Exit(code)


def operator() -> Actor:
    """The local operator: may run and repair, but is nobody's second person."""
    from tenure.users.actors import local_operator

    return local_operator()


def decider() -> Actor:
    """Who answers for a decision: the user whose token is in the environment, else the operator."""
    from tenure.lib.errors import NotAllowed
    from tenure.users.actors import actor_of_token
    from tenure.users.tokens import live_token

    secret, file = os.environ.get("TENURE_TOKEN", ""), os.environ.get("TENURE_TOKEN_FILE", "")
    if file:
        try:
            secret = Path(file).read_text()
        except (OSError, UnicodeDecodeError):
            stop(f"TENURE_TOKEN_FILE names {file}, which cannot be read; name another.")
    if not secret.strip():
        return operator()
    if token := live_token(secret.strip()):
        return actor_of_token(token)
    raise NotAllowed("The token in TENURE_TOKEN is revoked, expired or none; make one in Settings.")


def write_private(pieces: Iterable[bytes], output: Path) -> None:
    """Write a file of names and free text: for the owner's eyes, and never half of it."""
    if not output.name:
        stop("Name the file to write with --output FILE.")
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
        draft.replace(output)
    except OSError as error:
        stop(f"Choose another file: {output} cannot be written ({error.strerror}).")
    finally:
        draft.unlink(missing_ok=True)
