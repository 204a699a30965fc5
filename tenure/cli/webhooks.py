"""`tenure webhooks`: programs that are told what happens, as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.output import emit, operator, table
from tenure.lib.clock import rfc3339
from tenure.lib.ids import as_ref

if TYPE_CHECKING:
    from tenure.webhooks.models import WebhookEndpoint, WebhookEvent

app = typer.Typer(help="Programs that are told what happens.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="the endpoint's ref")]


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command("list")
def list_() -> None:
    """Every endpoint: what it is told of, and how it takes it."""
    from tenure.webhooks import queries
    from tenure.webhooks.wording import endpoint_line

    found = list(queries.endpoints(actor=operator()))
    rows = (
        (one.name, ", ".join(one.types), endpoint_line(one).word, one.reason, str(one.ref))
        for one in found
    )
    heads = ["Endpoint", "Told of", "State", "Reason", "Ref"]
    nothing = "No endpoints; add one with: tenure webhooks add --help"
    data = [_document(one) for one in found]
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def add(
    *,
    name: Annotated[str, typer.Option(help="after the program, such as Ticketing")],
    url: Annotated[str, typer.Option(help="https:// address that takes JSON by POST")],
    type_: Annotated[
        list[str], typer.Option("--type", help="such as operation.* or finding.opened; repeatable")
    ],
) -> None:
    """Tell a program from now on. Its secret is shown once, here."""
    from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint

    endpoint, secret = add_webhook_endpoint(
        name=name, url=url, types_wanted=type_, actor=operator()
    )
    words = (
        f"{endpoint.name} is added. Its secret, shown only now: {secret}\n"
        f"Try it with: tenure webhooks test {endpoint.ref}"
    )
    emit({**_document(endpoint), "secret": secret}, words=words)


@app.command()
def test(ref: Ref) -> None:
    """Send a test event, on the way that every event takes."""
    from tenure.webhooks import queries
    from tenure.webhooks.operations.try_webhook_endpoint import try_webhook_endpoint

    try_webhook_endpoint(ref=as_ref(ref), actor=operator())
    endpoint = queries.endpoint_by_ref(as_ref(ref), actor=operator())
    words = "A test event waits for the worker; how it went says: tenure webhooks list"
    emit(_document(endpoint), words=words)


@app.command()
def switch(
    ref: Ref,
    *,
    on: Annotated[bool, typer.Option("--on/--off", help="send what happens, or nothing")],
) -> None:
    """Send nothing to an endpoint, or send again."""
    from tenure.webhooks.operations.switch_webhook_endpoint import switch_webhook_endpoint

    endpoint = switch_webhook_endpoint(ref=as_ref(ref), on=on, actor=operator())
    emit(_document(endpoint), words=f"{endpoint.name} is {endpoint.state}.")


@app.command()
def remove(ref: Ref) -> None:
    """Tell a program nothing more, and forget its secret."""
    from tenure.webhooks.operations.remove_webhook_endpoint import remove_webhook_endpoint

    name = remove_webhook_endpoint(ref=as_ref(ref), actor=operator())
    emit({"ref": str(as_ref(ref)), "name": name}, words=f"{name} is removed, with its secret.")


@app.command()
def events(
    *,
    type_: Annotated[str, typer.Option("--type", help="such as operation.failed")] = "",
    subject: Annotated[str, typer.Option(help="ref of what it is about")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="how many at most")] = 50,
    cursor: Annotated[str, typer.Option(help="where the page before ended")] = "",
) -> None:
    """What happened in the last thirty days, the oldest first."""
    from tenure.webhooks import queries

    page = queries.event_page(
        event_type=type_,
        subject=as_ref(subject) if subject else None,
        limit=limit,
        cursor=cursor,
        actor=operator(),
    )
    rows = (
        (rfc3339(one.at), one.type, str(one.subject_ref), str(one.sequence)) for one in page.rows
    )
    words = table(["At", "Type", "Subject", "Sequence"], rows) if page.rows else "No events."
    if page.next:
        words = f"{words}\nMore: tenure webhooks events --cursor {page.next}"
    data = [_event(one) for one in page.rows]
    emit({"data": data, "page": {"next": page.next}}, words=words)


def _document(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "ref": str(endpoint.ref),
        "name": endpoint.name,
        "url": endpoint.url,
        "types": endpoint.types,
        "state": endpoint.state,
        "reason": endpoint.reason,
    }


def _event(event: WebhookEvent) -> dict[str, Any]:
    return {
        "ref": str(event.ref),
        "type": event.type,
        "at": rfc3339(event.at),
        "subject_kind": event.subject_kind,
        "subject_ref": str(event.subject_ref),
        "sequence": event.sequence,
        "connection": str(event.connection_ref) if event.connection_ref else None,
        "data": event.data,
    }
