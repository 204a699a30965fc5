"""`tenure events`: what the provider's own log tells, and who did it."""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table
from tenure.lib.clock import rfc3339

_MOST = 1000


def events(
    connection: Annotated[str, typer.Argument(metavar="NAME", help="the connection's name")],
    *,
    type_: Annotated[
        str, typer.Option("--type", help="only this type, as the provider writes it")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="how many, the newest first")] = 50,
) -> None:
    """What happened at the provider by its audit log, and how far that log is read."""
    start_django()
    from tenure.connections.queries import connection_by_name
    from tenure.inventory import queries
    from tenure.inventory.log_wording import said_of_log
    from tenure.inventory.schemas.events import ProviderEventOut

    actor = operator()
    found = connection_by_name(connection, actor=actor)
    log = queries.log_of(found, actor=actor)
    told = queries.newest_events(found, actor=actor)
    told = told.filter(type=type_) if type_ else told
    rows = [ProviderEventOut.of(event) for event in told[:limit]]
    said = said_of_log(log, kind=found.kind)
    shown = [[rfc3339(row.at), row.what, row.about, row.by.removeprefix("by ")] for row in rows]
    words = table(["When", "What", "Whom", "By"], shown) if rows else "No such events."
    document = {
        "log": {"state": log.state if log else "unknown", "says": said.sentence},
        "data": [row.model_dump(mode="json") for row in rows],
    }
    emit(document, words=[f"Audit log: {said.word}. {said.sentence}", words])
