"""`tenure operations`: what is about to change at a provider, is changing, or has changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.output import decider, emit, stop, table

if TYPE_CHECKING:
    from tenure.provisioning.models import ProvisioningOperation

app = typer.Typer(help="Changes at providers.", no_args_is_help=True)
Ref = Annotated[str, typer.Argument(metavar="REF", help="the operation's ref")]
Reason = Annotated[str, typer.Option(help="why; the auditor reads it")]
_FACTS = {
    "kind": "kind",
    "place": "where",
    "role": "role",
    "connection": "connection",
    "mode": "who does it",
    "state": "state",
    "reason": "because",
    "why": "asked for because",
    "planned_by": "asked for by",
    "planned_at": "planned",
    "approved_by": "approved by",
    "sent_at": "sent",
    "verified_at": "verified",
    "confirmed_at": "confirmed by a sync",
    "reappeared_at": "came back",
    "gone_at": "gone since",
    "assignee": "by hand by",
    "due_at": "due",
    "batch": "batch",
}


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command("list")
def list_(
    *,
    show: Annotated[
        str, typer.Option(metavar="FILTER", help="attention, open, settled, by_hand or mine")
    ] = "",
    state: Annotated[str, typer.Option(help="only in this state, such as blocked")] = "",
    connection: Annotated[str, typer.Option(metavar="NAME", help="only at this one")] = "",
    person: Annotated[str, typer.Option(metavar="EMAIL", help="only because of them")] = "",
) -> None:
    """Changes, the newest first."""
    from tenure.connections.queries import connection_by_name
    from tenure.people.queries import person_by_email
    from tenure.provisioning import queries
    from tenure.provisioning.lists import OPERATIONS
    from tenure.provisioning.schemas import OperationOut

    actor = decider()
    there = connection_by_name(connection, actor=actor).ref if connection else None
    who = person_by_email(person, actor=actor).ref if person else None
    OPERATIONS.asked({"show": show, "state": state})  # refuses what there is not
    found = queries.operations_asked(
        show=show, state=state, connection=there, person=who, actor=actor
    )
    data = [OperationOut.of(one).model_dump(mode="json") for one in found]
    rows = (
        (
            f"{one['kind'].replace('_', ' ').capitalize()} {one['label']}",
            ": ".join(filter(None, (one["state"], one["block"]))).replace("_", " "),
            one["ref"],
        )
        for one in data
    )
    heads = ["What", "State", "Ref"]
    emit({"data": data}, words=table(heads, rows) if data else "No such operations.")


@app.command()
def show(ref: Ref) -> None:
    """One change, and everything that was decided, sent and seen for it."""
    from tenure.provisioning.schemas import OperationDetail

    told = OperationDetail.about(ref, actor=decider()).model_dump(mode="json")
    named = {**told, "connection": (told["connection"] or {}).get("name")}
    facts = [(name, named[key]) for key, name in _FACTS.items() if named[key]]
    steps = (
        [one["at"], one["kind"].replace("_", " "), one["by"], one["text"], one["request_id"]]
        for one in told["steps"]
    )
    heads = ["When", "What", "By", "Said", "Request id"]
    target = f"{told['action'].capitalize()} {told['label']}"
    parts: list[object] = [target, table(["Field", "Value"], facts), told["instructions"] or None]
    emit(told, words=[*parts, table(heads, steps, whole="Request id")])


@app.command()
def approve(ref: Ref) -> None:
    """Approve, as a second person, what one person alone must not do."""
    from tenure.provisioning.operations.approve_operation import approve_operation

    _done(approve_operation(ref=ref, actor=decider()))


@app.command()
def retry(ref: Ref) -> None:
    """Try again what is blocked or failed, beginning with a read."""
    from tenure.provisioning.operations.retry_operation import retry_operation

    _done(retry_operation(ref=ref, actor=decider()))


@app.command()
def cancel(ref: Ref, *, reason: Reason = "") -> None:
    """Do not do it; what was sent already cannot be called back."""
    from tenure.provisioning.operations.cancel_operation import cancel_operation

    _done(cancel_operation(ref=ref, reason=reason, actor=decider()))


@app.command()
def override(ref: Ref, *, reason: Reason) -> None:
    """Close it without its being done, for a reason that stays on record."""
    from tenure.provisioning.operations.override_operation import override_operation

    _done(override_operation(ref=ref, reason=reason, actor=decider()))


@app.command()
def assign(
    ref: Ref, email: Annotated[str, typer.Argument(metavar="EMAIL", help="who does it by hand")]
) -> None:
    """Say who does it by hand."""
    from tenure.provisioning.operations.assign_operation import assign_operation

    _done(assign_operation(ref=ref, email=email, actor=decider()))


@app.command()
def prove(
    ref: Ref,
    *,
    note: Annotated[str, typer.Option(help="what was done, and where one can see it")],
    file: Annotated[
        list[Path] | None, typer.Option(help="what shows it, 5 MB at most; may be repeated")
    ] = None,
) -> None:
    """Say that something was done by hand, and show it."""
    from tenure.provisioning.operations.prove_operation import ProofFile, prove_operation

    files = tuple(ProofFile(one.name, _content(one)) for one in file or ())
    _done(prove_operation(ref=ref, note=note, files=files, actor=decider()))


@app.command()
def check(ref: Ref) -> None:
    """Verify, as another person, what somebody did by hand."""
    from tenure.provisioning.operations.check_operation import check_operation

    _done(check_operation(ref=ref, actor=decider()))


@app.command()
def rehearse(ref: Ref) -> None:
    """Go all the way up to the call, which is not made, and say what would happen."""
    from tenure.provisioning import acting, queries

    actor = decider()
    says = acting.rehearse(queries.operation_to_rehearse(ref, actor=actor), actor=actor)
    emit({"operation": ref, "says": says}, words=says)


@app.command("release-brake")
def release_brake(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the connection")],
    *,
    batch: Annotated[str, typer.Option(metavar="REF", help="only what was planned together")] = "",
) -> None:
    """Let pass, as a second person, what the brake of a connection keeps."""
    from tenure.connections.queries import connection_by_name
    from tenure.lib.ids import as_ref
    from tenure.provisioning.operations.release_brake import release_brake as release
    from tenure.provisioning.schemas import BrakeOut

    actor = decider()
    connection = connection_by_name(name, actor=actor)
    chosen = as_ref(batch) if batch else None
    done = release(connection_ref=connection.ref, batch=chosen, actor=actor)
    words = f"The brake of {connection.name} is released for {done.count} operations."
    emit(BrakeOut.of(done).model_dump(mode="json"), words=words)


def _done(operation: ProvisioningOperation) -> None:
    from tenure.provisioning.schemas import OperationOut

    told: dict[str, Any] = OperationOut.of(operation).model_dump(mode="json")
    said = f": {operation.reason}" if operation.reason else "."
    emit(told, words=f"{operation.label}: {operation.get_state_display().lower()}{said}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")
