"""`tenure targets`: channels that are told what happens, besides the mails of people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.output import emit, operator, stop, table
from tenure.cli.provider_options import key_in
from tenure.lib.clock import rfc3339
from tenure.lib.ids import as_ref

if TYPE_CHECKING:
    from tenure.notifications.models import Target

app = typer.Typer(help="Channels that are told what happens.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="the target's ref")]


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command("list")
def list_() -> None:
    """Every target: its service, what it is told of, and how its last message went."""
    from tenure.notifications import queries
    from tenure.notifications.wording import target_lines

    lines = target_lines(queries.targets(actor=operator()))
    rows = (
        (one.target.name, one.service, one.topics, one.word, str(one.target.ref)) for one in lines
    )
    heads = ["Target", "Service", "Told of", "Last message", "Ref"]
    nothing = "No targets; add one with: tenure targets add --help"
    data = [_document(one.target) for one in lines]
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def add(
    *,
    name: Annotated[str, typer.Option(help="how colleagues know it, such as #access")],
    topic: Annotated[list[str], typer.Option(help="what it is told of; may be repeated")],
    url_file: Annotated[Path | None, typer.Option(help="file with the address")] = None,
    url_stdin: Annotated[
        bool, typer.Option("--url-stdin", help="read the address from stdin")
    ] = False,
) -> None:
    """Tell a channel from now on. Its address is a secret, and so no word of the command line."""
    from tenure.notifications.calling import check
    from tenure.notifications.operations.add_target import add_target

    if (url_file is None) == (not url_stdin):
        stop("Give the address by --url-file FILE or by --url-stdin, and by one of them only.")
    url = key_in(url_file) if url_file else sys.stdin.read().strip()
    target = add_target(name=name, checked=check(url), topics=topic, actor=operator())
    emit(_document(target), words=f"{name} is added; try it with: tenure targets test {target.ref}")


@app.command()
def test(ref: Ref) -> None:
    """Send a test message, on the way that every message takes."""
    from tenure.notifications import queries
    from tenure.notifications.operations.try_target import try_target

    try_target(ref=as_ref(ref), actor=operator())
    target = queries.target_by_ref(as_ref(ref), actor=operator())
    words = "A test message waits for the worker; how it went says: tenure targets list"
    emit(_document(target), words=words)


@app.command()
def remove(ref: Ref) -> None:
    """Tell a channel nothing more, and wipe its address."""
    from tenure.notifications.operations.remove_target import remove_target

    target = remove_target(ref=as_ref(ref), actor=operator())
    emit(_document(target), words=f"{target.name} is removed; its address is wiped.")


def _document(target: Target) -> dict[str, Any]:
    return {
        "ref": str(target.ref),
        "name": target.name,
        "service": target.service,
        "host_ends": target.tail,
        "topics": target.topics,
        "delivered_at": rfc3339(target.delivered_at) if target.delivered_at else None,
        "failed_at": rfc3339(target.failed_at) if target.failed_at else None,
    }
