"""`tenure offboardings`: leavings, and what a person still has to decide about them."""

from __future__ import annotations

from typing import Annotated

import typer

from tenure.cli.offboard import Wait, Yes, ask, finish
from tenure.cli.offboarding_documents import document, words
from tenure.cli.output import decider, emit, table, to_the_minute
from tenure.lib.errors import Invalid

app = typer.Typer(help="Leavings: planned, under way and done.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="the offboarding's ref")]
Reason = Annotated[str, typer.Option(help="why; the auditor reads it")]


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command("list")
def list_(
    *,
    show: Annotated[
        str, typer.Option(metavar="FILTER", help="open, ahead, under_way or over")
    ] = "",
) -> None:
    """Leavings, the newest first."""
    from tenure.offboarding import queries
    from tenure.offboarding.schemas import OffboardingOut

    if show and show not in queries.FILTERS:
        raise Invalid(f"Choose show from {', '.join(queries.FILTERS)}.", field="show")
    cases = queries.cases_asked(show=show, actor=decider())
    data = [OffboardingOut.of(case).model_dump(mode="json") for case in cases]
    rows = (
        (
            one["person"]["name"],
            one["state"].replace("_", " "),
            f"{one['settled']} of {one['items']}",
            to_the_minute(one["due_at"]),
            one["ref"],
        )
        for one in data
    )
    heads = ["Person", "State", "Done", "Due (UTC)", "Ref"]
    nothing = "No offboarding; begin one with: tenure offboard EMAIL --dry-run"
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def show(ref: Ref) -> None:
    """One leaving: what it touches, its plan, and how far it is."""
    from tenure.offboarding import queries

    actor = decider()
    case = queries.case_by_ref(ref, actor=actor)
    items = list(queries.items(case, actor=actor))
    emit(document(case, items), words=words(case, items))


@app.command()
def approve(ref: Ref, *, yes: Yes = False, wait: Wait = None) -> None:
    """Show the plan as it is now, and let go what was shown when you say so."""
    from tenure.offboarding import queries
    from tenure.offboarding.impact import preview_of
    from tenure.offboarding.operations.approve_case import approve_case
    from tenure.offboarding.operations.plan_case import plan_case

    actor = decider()
    case = plan_case(ref=ref, actor=actor)
    items = list(queries.items(case, actor=actor))
    preview = preview_of(case, items, actor=actor)
    ask(case, items, yes=yes)
    case = approve_case(ref=ref, preview=preview, actor=actor)
    finish(case, wait=wait, actor=actor)


@app.command()
def cancel(ref: Ref, *, reason: Reason) -> None:
    """Do not offboard them after all, before anything was sent."""
    from tenure.offboarding.operations.cancel_case import cancel_case

    actor = decider()
    finish(cancel_case(ref=ref, reason=reason, actor=actor), wait=None, actor=actor)


@app.command()
def reset(ref: Ref, *, reason: Reason) -> None:
    """Open it again and plan it anew: what is verified stays so, what is stuck is let go."""
    from tenure.offboarding.operations.reset_case import reset_case

    actor = decider()
    finish(reset_case(ref=ref, reason=reason, actor=actor), wait=None, actor=actor)
