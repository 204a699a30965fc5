"""`tenure reviews`: access reviews, from the draft to what was carried out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from tenure.cli.output import decider, emit, table, to_the_minute
from tenure.lib.errors import Invalid

if TYPE_CHECKING:
    from tenure.lib.actor import Actor

app = typer.Typer(help="Access reviews: who has what, and should they.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="the campaign's ref, or its title")]
_RULES = ("system-owner", "manager", "project-owner")


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command("list")
def list_(
    *,
    show: Annotated[str, typer.Option(metavar="FILTER", help="ahead, running or over")] = "",
) -> None:
    """Campaigns, the newest first."""
    from tenure.reviews import queries
    from tenure.reviews.queries.campaigns import SHOWS
    from tenure.reviews.schemas import CampaignOut

    if show and show not in SHOWS:
        raise Invalid(f"Choose show from {', '.join(SHOWS)}.", field="show")
    found = queries.campaigns_asked(show=show, actor=decider())
    data = [CampaignOut.of(one).model_dump(mode="json") for one in found]
    rows = (
        (
            one["title"],
            one["state"],
            f"{one['decided']} of {one['items']}",
            to_the_minute(one["due_at"]),
            one["ref"],
        )
        for one in data
    )
    nothing = "No campaign; begin one with: tenure reviews create --title T --connection NAME"
    heads = ["Campaign", "State", "Decided", "Due (UTC)", "Ref"]
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def create(
    *,
    title: Annotated[str, typer.Option(help="such as Q4 access review")],
    connection: Annotated[list[str], typer.Option(metavar="NAME", help="whose access")],
    due: Annotated[str, typer.Option(metavar="DATE", help="the last day to decide, by UTC")],
    scope: Annotated[str, typer.Option(help="all, privileged or changed")] = "all",
    kind: Annotated[list[str] | None, typer.Option(metavar="K", help="only of these")] = None,
    reviewer: Annotated[
        str, typer.Option(help="system-owner, manager, project-owner, or an e-mail")
    ] = "system-owner",
    fallback: Annotated[str, typer.Option(metavar="EMAIL", help="who else, where nobody")] = "",
    every: Annotated[str, typer.Option(metavar="RRULE", help="when it comes again")] = "",
    sign_off: Annotated[bool, typer.Option("--sign-off", help="by a second person")] = False,
    carry_forward: Annotated[
        bool, typer.Option("--carry-forward", help="keep what is unchanged and not flagged")
    ] = False,
) -> None:
    """Draft a campaign: nothing is frozen and nobody is asked yet."""
    from tenure.connections import queries as connection_queries
    from tenure.reviews.operations.create_campaign import create_campaign
    from tenure.reviews.settings_of import Settings

    actor = decider()
    named = "" if reviewer in _RULES else reviewer
    campaign = create_campaign(
        settings=Settings(
            title=title,
            connections=[
                connection_queries.connection_by_name(
                    one, actor=actor, permission="reviews.manage"
                ).ref
                for one in connection
            ],
            due_at=_end_of(due),
            scope=scope,
            kinds=kind or (),
            rule="named" if named else reviewer,
            named=named,
            fallback=fallback,
            recurrence=every,
            needs_sign_off=sign_off,
            carries_forward=carry_forward,
        ),
        actor=actor,
    )
    _show(campaign.ref, actor)


@app.command()
def stage(
    ref: Ref,
    *,
    override_stale: Annotated[
        str, typer.Option(metavar="REASON", help="why data that is old will do")
    ] = "",
) -> None:
    """Freeze what there is to review, and who reviews it."""
    from tenure.reviews.operations.stage_campaign import stage_campaign

    actor = decider()
    stage_campaign(ref=_ref(ref, actor), override_reason=override_stale, actor=actor)
    _show(_ref(ref, actor), actor)


@app.command("open")
def open_(ref: Ref) -> None:
    """Ask the reviewers to decide."""
    from tenure.reviews.operations.open_campaign import open_campaign

    actor = decider()
    _show(open_campaign(ref=_ref(ref, actor), actor=actor).ref, actor)


@app.command()
def status(ref: Ref) -> None:
    """How far it is, and who has how much left."""
    actor = decider()
    _show(_ref(ref, actor), actor)


@app.command()
def remind(ref: Ref) -> None:
    """Remind every reviewer who has something left, at most once an hour."""
    from tenure.reviews.operations.remind_reviewers import remind_reviewers

    actor = decider()
    told = remind_reviewers(ref=_ref(ref, actor), actor=actor)
    emit({"reminded": told}, words=f"{told} reminded")


@app.command()
def close(ref: Ref) -> None:
    """End deciding, and carry out what was decided."""
    from tenure.reviews.operations.close_campaign import close_campaign

    actor = decider()
    _show(close_campaign(ref=_ref(ref, actor), actor=actor).ref, actor)


@app.command()
def export(
    ref: Ref,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.zip")],
) -> None:
    """Write everything that proves a review to a bundle that an auditor can check."""
    from tenure.cli.evidence import write_bundle

    write_bundle(output, kind="review", ref=str(_ref(ref, decider())))


@app.command()
def cancel(
    ref: Ref, *, reason: Annotated[str, typer.Option(help="why; the auditor reads it")]
) -> None:
    """Cancel it: nothing of it is carried out."""
    from tenure.reviews.operations.cancel_campaign import cancel_campaign

    actor = decider()
    _show(cancel_campaign(ref=_ref(ref, actor), reason=reason, actor=actor).ref, actor)


def _ref(said: str, actor: Actor) -> UUID:
    from tenure.reviews import queries

    return queries.campaign_named(said, actor=actor).ref


def _show(ref: UUID, actor: Actor) -> None:
    from tenure.reviews.item_schemas import ResultsOut
    from tenure.reviews.schemas import CampaignDetail

    campaign = CampaignDetail.about(ref, actor=actor).model_dump(mode="json")
    results = ResultsOut.about(ref, actor=actor).model_dump(mode="json")
    rows = (
        (one["name"], one["items"], one["decided"], one["submitted"])
        for one in results["reviewers"]
    )
    said = [
        f"{campaign['title']}: {campaign['state']}, due {to_the_minute(campaign['due_at'])} UTC",
        f"{campaign['decided']} of {campaign['items']} decided, {campaign['submitted']} submitted",
    ]
    if campaign["snapshot"]:
        said.append(f"SHA-256 of the snapshot {campaign['snapshot']['sha256']}")
    if campaign["remediation"]:
        said.append(f"{campaign['unsettled']} of {campaign['remediation']} still to carry out")
    said.append(campaign["ref"])
    heads = ["Reviewer", "Items", "Decided", "Submitted"]
    listed = table(heads, rows, whole="Reviewer") if results["reviewers"] else None
    emit(campaign | {"results": results}, words=["\n".join(said), listed])


def _end_of(written: str) -> datetime:
    """The last instant of a day, by UTC."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Invalid("Give the due date as YYYY-MM-DD.", field="due") from None
    return datetime.combine(day, time(23, 59, 59), UTC)
