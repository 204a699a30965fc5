"""`tenure sync`: read connections now, and decide about a held run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from tenure.cli import start_django
from tenure.cli.output import NOT_OK, OK, UNREACHABLE, console, decider, emit, operator, table
from tenure.cli.watching import watch
from tenure.cli.working import working
from tenure.lib.errors import Invalid

if TYPE_CHECKING:
    from tenure.inventory.models import SyncRun

_CODES = {"complete": OK, "queued": OK, "running": OK, "failed": UNREACHABLE}


class _NameOrVerb(TyperGroup):
    """`tenure sync NAME` and `tenure sync release RUN`: what is no verb is a name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - a private type
        if not args or args[0] not in {*self.commands, "--help"}:
            args = ["now", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_NameOrVerb, help="Read connections: tenure sync [NAME] [--no-wait]")
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="wait for the end of it")]


@app.command()
def now(
    name: Annotated[str, typer.Argument(help="a connection; all of them without one")] = "",
    *,
    wait: Wait = True,
) -> None:
    """Read one connection, or every one, and say what changed."""
    start_django()
    from tenure.connections import queries as connections
    from tenure.inventory.operations.request_sync import request_sync

    chosen = (
        [connections.connection_by_name(name, actor=operator())]
        if name
        else list(connections.connections_to_sync(actor=operator()))
    )
    if not chosen and connections.connections(actor=operator()).exists():
        raise Invalid("No connection is active; look at them with: tenure connections list")
    if not chosen:
        raise Invalid("Nothing is connected yet; start with: tenure connect openai --help")
    _report([request_sync(connection_ref=one.ref, actor=operator()) for one in chosen], wait=wait)


@app.command()
def release(
    run: Annotated[str, typer.Argument(help="ref of the held run")], *, wait: Wait = True
) -> None:
    """Read again, and let what a held run missed end if it is missing still."""
    start_django()
    from tenure.inventory.operations.release_held_run import release_held_run

    _report([release_held_run(run_ref=run, actor=decider())], wait=wait)


def _report(runs: Sequence[SyncRun], *, wait: bool) -> None:
    if wait:
        for run in runs:
            if plan := _plan(run):
                console().print(f"{run.connection.name}: {plan}", style="dim")
        with working(["sync", "rest"]):
            runs = watch(runs, out=console())
    documents = [_document(run) for run in runs]
    words = [part for run in runs for part in _words(run)]
    emit(documents[0] if len(documents) == 1 else {"data": documents}, words=words)
    worst = max(_CODES.get(run.status, NOT_OK) for run in runs)
    if worst != OK:
        raise typer.Exit(worst)


def _document(run: SyncRun) -> dict[str, Any]:
    from tenure.inventory.progress import shown_run

    shown = shown_run(run, actor=operator())
    return {
        "connection": run.connection.name,
        "run": {
            "ref": str(run.ref),
            "status": run.status,
            "reason": run.reason,
            "pages": run.pages,
            "requests": run.requests,
            "added": run.added,
            "changed": run.changed,
            "ended": run.ended,
            "would_end": shown.would_end,
            "planned_requests": run.planned_requests,
            "planned_s": run.planned_seconds,
            "left": run.left,
            "duration_s": shown.duration_s,
            "collections": [
                {
                    "name": row.key,
                    "state": row.state,
                    "pages": row.pages,
                    "rows": row.stored,
                    "reason": row.reason,
                    "received": row.received,
                    "repeated": row.repeated,
                    "set_aside": row.set_aside,
                    "added": row.added,
                    "changed": row.changed,
                    "unchanged": row.unchanged,
                    "ended": row.ended,
                    "would_end": row.would_end,
                }
                for row in shown.rows
            ],
        },
    }


def _words(run: SyncRun) -> list[object]:
    from tenure.inventory.progress import shown_run

    shown = shown_run(run, actor=operator())
    if shown.is_open:
        asked = f"{run.connection.name}: asked for; a worker reads it."
        return [f"{asked} {plan}" if (plan := _plan(run)) else asked]
    head = f"{run.connection.name}: {shown.headline.lower()} ({shown.took}). {shown.result}."
    rows: list[tuple[object, ...]] = []
    for line in shown.lines:
        counts = line.counts
        rows.append((line.name, line.state.word, line.pages, f"{counts.stored:,}", line.reason))
    for kind in shown.many:
        rows += [(f"  {one.names}", one.state.word, "", "", one.reason) for one in kind.exceptional]
    listed = table(("Resource", "State", "Pages", "Rows", "Why"), rows) if rows else None
    held = f"Look at it, then: tenure sync release {run.ref}" if run.status == "held" else None
    return [head, shown.plan or None, run.reason or None, listed, held]


def _plan(run: SyncRun) -> str | None:
    """What a run that nobody has begun would take."""
    from tenure.inventory import freshness

    plan = freshness.next_sync(run.connection, actor=operator())
    return f"Planned: {plan.short}." if plan else None
