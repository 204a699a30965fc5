"""How an operation moves: one conditional statement and one step, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.users.actors import TENURE
from tenure.webhooks.publishing import publish

State = ProvisioningOperation.State
Step = OperationStep.Kind
# Of these the audit log hears; reads and pauses are steps alone.
_TOLD = {
    State.DONE: "operation.done",
    State.VERIFIED: "operation.verified",
    State.BLOCKED: "operation.blocked",
    State.FAILED: "operation.failed",
}


def step(
    operation: ProvisioningOperation,
    kind: OperationStep.Kind,
    *,
    at: datetime,
    by: str,
    text: str = "",
    request: str = "",
    request_id: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> OperationStep:
    """Write down one step, in the transaction of what it is about."""
    return OperationStep.objects.create(
        operation=operation,
        at=at,
        kind=kind,
        by=by[:100],
        text=text[:500],
        request=request[:300],
        request_id=(request_id or "")[:100],
        detail=dict(detail or {}),
    )


def move(
    operation: ProvisioningOperation,
    to: ProvisioningOperation.State,
    *,
    kind: OperationStep.Kind,
    actor: Actor,
    text: str = "",
    request: str = "",
    request_id: str | None = None,
    detail: Mapping[str, object] | None = None,
    **fields: object,
) -> None:
    """From the state it was read in to another; Conflict when it is in that state no more.

    Call it in a transaction. The fields are saved as given; what held it up is forgotten unless it
    is among them.
    """
    at = now()
    fields = {"block": "", "reason": "", "not_before": None, "refusals": 0, **fields}
    mine = ProvisioningOperation.objects.filter(
        pk=operation.pk, state=operation.state, attempts=operation.attempts
    )
    if not mine.update(state=to, **fields):
        raise Conflict(f"{operation.label} was changed meanwhile; reload the page to see it.")
    before, operation.state = operation.state, to
    for name, value in fields.items():
        setattr(operation, name, value)
    step(
        operation,
        kind,
        at=at,
        by=actor.named,
        text=text,
        request=request,
        request_id=request_id,
        detail=detail,
    )
    if to != before:
        publish_state(operation, before=before)
    if to != before and to in _TOLD:
        _tell(operation, _TOLD[to], before=before, actor=actor)


def blocked(
    operation: ProvisioningOperation,
    block: ProvisioningOperation.Block,
    reason: str,
    *,
    actor: Actor,
    kind: OperationStep.Kind = Step.BLOCKED,
    not_before: datetime | None = None,
    **fields: Any,  # noqa: ANN401 - columns
) -> None:
    """It waits for a person, who is told why."""
    move(
        operation,
        State.BLOCKED,
        kind=kind,
        actor=actor,
        text=reason,
        block=block,
        reason=reason[:500],
        not_before=not_before,
        is_in_doubt=False,
        **fields,
    )


def publish_state(operation: ProvisioningOperation, *, before: str = "") -> None:
    """The webhook event of the state it is in now."""
    connection = operation.connection
    publish(
        f"operation.{operation.state}",
        "operation",
        [operation.ref],
        connection=connection.ref if connection else None,
        data={
            "before": before or None,
            "action": operation.action,
            "mode": operation.mode,
            "target_kind": operation.target_kind,
            "block": operation.block or None,
            "cause": {"kind": operation.cause_kind, "ref": str(operation.cause_ref)},
        },
    )


def behind(actor: Actor) -> str:
    """The person who asks for something; Tenure itself is told from everybody by its kind.

    Empty for whoever nobody has tied to a person, such as a user or whoever has a shell: they
    cannot be told from another user.
    """
    if actor.person_id:
        return actor.person_id
    is_tenure = actor.kind == "job" or actor.id == TENURE.id
    return actor.kind if is_tenure else ""


def _tell(operation: ProvisioningOperation, verb: str, *, before: str, actor: Actor) -> None:
    audit.record(
        verb,
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label, "reason": operation.reason},
        kind=operation.target_kind,
        action=operation.action,
        before=before,
        block=operation.block,
    )
    announce("operation.moved", cause_kind=operation.cause_kind, cause_ref=operation.cause_ref)
