"""`tenure requests`: asking for access, and answering those who ask."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from tenure.cli.output import decider, emit, table, to_the_minute
from tenure.lib.errors import Invalid

if TYPE_CHECKING:
    from tenure.lib.actor import Actor

app = typer.Typer(help="Access requests: ask, approve, get it, give it back.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="the request's ref, or its number")]
Until = Annotated[str, typer.Option(metavar="DATE", help="the last day")]
Version = Annotated[int | None, typer.Option(help="as it was shown; refused when it is another")]


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command()
def catalogue(
    *,
    for_: Annotated[str, typer.Option("--for", metavar="EMAIL", help="for whom")] = "",
    q: Annotated[str, typer.Option(metavar="WORDS", help="in names and descriptions")] = "",
) -> None:
    """What can be asked for, and why not."""
    from tenure.access_requests.catalogue_schemas import CatalogueQuery, OfferPage

    actor, asked = decider(), CatalogueQuery.model_validate({"person": for_, "q": q, "limit": 500})
    data: list[dict[str, Any]] = []
    while True:
        page = OfferPage.about(asked, actor=actor)
        data += [one.model_dump(mode="json") for one in page.data]
        if not page.page.next:
            break
        asked = asked.model_copy(update={"cursor": page.page.next})
    rows = (
        (
            one["title"],
            one["connection"]["name"],
            one["why_not"] or _length(one["most_days"]),
            f"{one['resource']['ref']}:{one['role']}".rstrip(":"),
        )
        for one in data
    )
    heads = ["Entitlement", "Connection", "For how long, or why not", "Ref"]
    nothing = "Nothing can be asked for; connect an organization first."
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def create(
    entitlement: Annotated[
        str, typer.Argument(metavar="ENTITLEMENT", help="its ref, or its title in the catalogue")
    ],
    *,
    for_: Annotated[str, typer.Option("--for", metavar="EMAIL", help="for whom")] = "",
    reason: Annotated[str, typer.Option(help="what it is needed for")] = "",
    days: Annotated[int | None, typer.Option(help="from when it is given")] = None,
    until: Until = "",
) -> None:
    """Ask for access: for so many days, until a last day, or without an end."""
    from tenure.access_requests import queries
    from tenure.access_requests.operations.submit_request import submit_request

    actor = decider()
    offer = queries.offer_named(entitlement, actor=actor)
    made = submit_request(
        resource=offer.resource.ref,
        role=offer.role,
        person=for_,
        reason=reason,
        days=days,
        until=_day(until),
        actor=actor,
    )
    _show(made.ref, actor)


@app.command("list")
def list_(
    *,
    waiting_for_me: Annotated[
        bool, typer.Option("--waiting-for-me", help="those to answer, the oldest first")
    ] = False,
    mine: Annotated[bool, typer.Option("--mine", help="one's own")] = False,
    show: Annotated[
        str, typer.Option(metavar="FILTER", help="waiting, being_given, given or over")
    ] = "all",
) -> None:
    """Access requests, the newest first."""
    from tenure.access_requests import lists, queries
    from tenure.access_requests.schemas import RequestsQuery

    if show not in queries.SHOWS:
        raise Invalid(f"Choose show from {', '.join(queries.SHOWS)}.", field="show")
    whose = "to_answer" if waiting_for_me else "mine" if mine else "all"
    said = {"whose": whose, "show": show, "limit": 500}
    actor, asked = decider(), RequestsQuery.model_validate(said)
    data: list[dict[str, Any]] = []
    while True:
        page = lists.access_requests(asked, actor=actor)
        data += [one.model_dump(mode="json") for one in page.rows]
        if not page.next:
            break
        asked = asked.model_copy(update={"cursor": page.next})
    rows = (
        (
            one["number"],
            one["title"],
            one["person"]["name"],
            one["state"].replace("_", " "),
            ", ".join(waiting["name"] for waiting in one["waits_for"]),
            to_the_minute(one["asked_at"]),
        )
        for one in data
    )
    heads = ["Request", "Access", "For", "State", "Waits for", "Asked (UTC)"]
    nothing = "No request; ask with: tenure requests create ENTITLEMENT --reason R --days N"
    emit({"data": data}, words=table(heads, rows, whole="Request") if data else nothing)


@app.command()
def show(ref: Ref) -> None:
    """One request: its steps, who is asked, and what happened."""
    _show(ref, decider())


@app.command()
def approve(
    ref: Ref,
    *,
    comment: Annotated[str, typer.Option(help="for whoever reads it later")] = "",
    version: Version = None,
) -> None:
    """Approve the step that waits for you; it needs a user's token."""
    from tenure.access_requests.operations.approve_request import approve_request

    actor = decider()
    _show(approve_request(ref=ref, comment=comment, version=version, actor=actor).ref, actor)


@app.command()
def deny(
    ref: Ref,
    *,
    reason: Annotated[str, typer.Option(help="why not; whoever asked reads it")],
    version: Version = None,
) -> None:
    """Deny it; it needs a user's token."""
    from tenure.access_requests.operations.deny_request import deny_request

    actor = decider()
    _show(deny_request(ref=ref, reason=reason, version=version, actor=actor).ref, actor)


@app.command()
def comment(ref: Ref, text: Annotated[str, typer.Argument(metavar="TEXT")]) -> None:
    """Ask or say something; it needs a user's token."""
    from tenure.access_requests.operations.comment_on_request import comment_on_request

    actor = decider()
    _show(comment_on_request(ref=ref, text=text, actor=actor).ref, actor)


@app.command()
def extend(
    ref: Ref,
    *,
    until: Until,
    reason: Annotated[str, typer.Option(help="else as it was asked for")] = "",
) -> None:
    """Ask for the same for longer; it is approved anew."""
    from tenure.access_requests import queries
    from tenure.access_requests.operations.submit_request import submit_request

    actor = decider()
    earlier = queries.request_of(ref, actor=actor)
    made = submit_request(
        resource=earlier.resource.ref,
        role=earlier.role,
        person=earlier.person.ref,
        reason=reason or earlier.reason,
        until=_day(until),
        extends=earlier.ref,
        actor=actor,
    )
    _show(made.ref, actor)


@app.command("give-back")
def give_back(ref: Ref) -> None:
    """Give back what one has by it, before its end."""
    from tenure.access_requests.operations.give_back_access import give_back_access

    actor = decider()
    _show(give_back_access(ref=ref, actor=actor).ref, actor)


@app.command()
def revoke(ref: Ref, *, reason: Annotated[str, typer.Option(help="why it is taken back")]) -> None:
    """Take back what somebody has by it, before its end."""
    from tenure.access_requests.operations.revoke_request import revoke_request

    actor = decider()
    _show(revoke_request(ref=ref, reason=reason, actor=actor).ref, actor)


@app.command()
def cancel(ref: Ref, *, reason: Annotated[str, typer.Option(help="why")] = "") -> None:
    """Take it back before it is approved."""
    from tenure.access_requests.operations.cancel_request import cancel_request

    actor = decider()
    _show(cancel_request(ref=ref, reason=reason, actor=actor).ref, actor)


def _show(ref: UUID | str, actor: Actor) -> None:
    from tenure.access_requests.schemas import RequestDetail

    request = RequestDetail.about(ref, actor=actor).model_dump(mode="json")
    ends = f", until {request['until'] or to_the_minute(request['ends_at'])}"
    said = [
        f"{request['number']}: {request['title']} for {request['person']['name']}",
        f"{request['state'].replace('_', ' ')}"
        + (ends if request["until"] or request["ends_at"] else ""),
        *([request["state_reason"]] if request["state_reason"] else []),
        request["ref"],
    ]
    rows = (
        (step["position"], step["title"], step["state"], asked["person"]["name"], _answer(asked))
        for step in request["steps"]
        for asked in step["asked"]
        if asked["replaced_at"] is None
    )
    listed = table(["Step", "As", "State", "Who", "Answer"], rows, whole="Who")
    emit(request, words=["\n".join(said), listed if request["steps"] else None])


def _answer(asked: dict[str, Any]) -> str:
    said = asked["answer"] or "-"
    by = f" by {asked['answered_by']}" if asked["answered_by"] else ""
    return f"{said}{by}" + (f": {asked['comment']}" if asked["comment"] else "")


def _length(most_days: int | None) -> str:
    return f"at most {most_days} days" if most_days else "as long as asked"


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Invalid("Give the last day as YYYY-MM-DD.", field="until") from None
