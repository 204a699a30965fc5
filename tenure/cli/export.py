"""`tenure export`: a list to its end, as CSV, Excel or JSON lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, state, stop, write_private

if TYPE_CHECKING:
    from tenure.lib.listing import Listing


class Format(StrEnum):
    """As what."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


def export(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="LIST", help="such as accounts; `lists` names them all")
    ],
    *,
    format_: Annotated[Format, typer.Option("--format", help="as what")] = Format.CSV,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="standard output without one"),
    ] = None,
) -> None:
    """Hand out a list to its end. Filters are options, named as in the page's address:

    tenure export accounts --show leavers --format xlsx -o leavers.xlsx
    """
    start_django()
    from tenure.exports.listings import listing_by_name
    from tenure.exports.operations.export_list import export_list

    if name == "lists":
        _tell_lists()
        return
    if output is None and state.json:
        stop("Name the file to write with -o FILE: with --json, the answer tells what was written.")
    if output is None and format_ is Format.XLSX and sys.stdout.isatty():
        stop("Name the file to write with -o FILE: an Excel file is not for a terminal.")
    listing, actor = listing_by_name(name), operator()
    said = _said(context.args)
    made = export_list(
        listing=listing,
        of=_within(listing, said, actor),
        asked=listing.asked(said),
        format_name=format_.value,
        actor=actor,
    )
    if output is None:
        _write(made.pieces)
        return
    write_private(made.pieces, output)
    emit(
        {"file": str(output), "list": name, "rows": made.rows},
        words=f"Wrote {made.rows:,} rows of {name} to {output}.",
    )


def _said(arguments: list[str]) -> dict[str, str]:
    """`--show leavers --q=mei`, which only the list can judge."""
    said: dict[str, str] = {}
    waiting = iter(arguments)
    for word in waiting:
        option, equals, value = word.partition("=")
        if not option.startswith("--"):
            stop(f"Write {word} behind the filter it is for, such as --show {word}.")
        given = value if equals else next(waiting, None)
        if given is None:
            stop(f"Write a value behind {option}.")
        said[option.removeprefix("--").replace("-", "_")] = given
    return said


def _within(listing: Listing[Any], said: dict[str, str], actor: Any) -> object:  # noqa: ANN401 - an Actor
    """What the list is within, taken from what was said."""
    if listing.within is None:
        return None
    word = listing.within.word
    if word not in said:
        stop(f"Say of which {word}: tenure export {listing.name} --{word} NAME.")
    return listing.within.found(said.pop(word), actor)


def _tell_lists() -> None:
    from tenure.cli.output import table
    from tenure.exports.listings import listings

    lists = [
        {
            "name": one.name,
            "within": one.within.word if one.within else None,
            "filters": one.filters,
            "columns": [column.name for column in one.columns],
        }
        for one in listings().values()
    ]
    rows = [
        (one["name"], ", ".join(f"--{name}" for name in _options(one)) or "none") for one in lists
    ]
    emit({"lists": lists}, words=table(("List", "Narrowed by"), rows))


def _options(listed: dict[str, Any]) -> list[str]:
    within = [listed["within"]] if listed["within"] else []
    return [*within, *listed["filters"]]


def _write(pieces: Iterator[bytes]) -> None:
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read it has enough. What is not written is not to be written at exit, either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
