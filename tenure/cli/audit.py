"""`tenure audit`: read, take away and verify the record of who did what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.output import NOT_OK, emit, operator, stop, table, write_private
from tenure.lib.clock import rfc3339

app = typer.Typer(help="Who did what, and whether the record is whole.", no_args_is_help=True)

Actor = Annotated[str, typer.Option("--actor", help="Part of a name, or an actor's id.")]
Subject = Annotated[str, typer.Option("--subject", help="A kind such as account, or a ref.")]
Verb = Annotated[str, typer.Option("--verb", help="Such as connection.created.")]
Since = Annotated[str, typer.Option("--since", metavar="WHEN", help="From this instant on.")]
Until = Annotated[str, typer.Option("--until", metavar="WHEN", help="Before this instant.")]


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command("list")
def list_events(
    *,
    actor: Actor = "",
    subject: Subject = "",
    verb: Verb = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """The newest events."""
    from tenure.audit import queries

    chosen = queries.EventFilter(actor, subject, verb, _when(since), _when(until))
    page = queries.events(actor=operator(), chosen=chosen, limit=limit)
    rows = [
        (rfc3339(line.at), line.actor or "[erased]", line.sentence, line.seq) for line in page.lines
    ]
    emit({"events": page.lines, "more": page.older is not None}, words=_words(rows))


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.jsonl")],
) -> None:
    """Write every event as JSON Lines, each with its seal."""
    from tenure.audit.operations.export_audit_log import export_audit_log
    from tenure.audit.queries import head

    lines, end, count = export_audit_log(actor=operator()), head(actor=operator()), 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for line in lines:
            yield line
            count += 1

    write_private(counted(), output)
    emit(
        {"file": str(output), "events": count, "head": str(end)},
        words=f"Wrote {count:,} events to {output}. Keep this head elsewhere: {end}",
    )


@app.command()
def verify(
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help="A head printed or logged earlier.")
    ] = None,
) -> None:
    """Recompute the chain; name the first place that was tampered with."""
    from tenure.audit.verification import verify_chain

    verdict = verify_chain(head)
    words = f"Whole: {verdict.sealed:,} sealed, {verdict.unsealed:,} waiting. Head {verdict.head}"
    if not verdict.ok:
        words = f"Not whole from seq {verdict.first_bad_seq}: {verdict.reason}"
    emit(verdict, words=words)
    raise typer.Exit(0 if verdict.ok else NOT_OK)


def _words(rows: list[tuple[str, str, str, int | None]]) -> object:
    return table(("When", "Who", "What", "Seq"), rows) if rows else "No such events."


def _when(text: str) -> datetime | None:
    """An ISO date, an ISO instant with offset, or `now`."""
    if not text:
        return None
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None and "T" in text:
            stop(f"Add an offset to {text!r}, such as Z.")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        stop(f"Write {text!r} as 2026-11-30, 2026-11-30T09:00:00Z or now.")
