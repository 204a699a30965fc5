from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.provisioning import queries, returning, rules, words
from tenure.provisioning.following import work_soon
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import blocked, move, step

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


@transaction.atomic
def confirm_operations(*, actor: Actor) -> int:
    """Hold what syncs have read against what was changed. How many operations it told of.

    What came back is reopened and waits for a person. What a sync of 40 minutes later still has as
    it was left is confirmed. What was given and is gone is noted, and nobody fights over it. What
    was done by hand is verified by a sync. What OpenAI did not show yet is looked at again.
    """
    at = now()
    came_back = list(queries.returned(at, actor=actor))
    for operation in came_back:
        _came_back(operation, at, actor)
    gone = queries.gone(actor=actor)
    for operation in gone:
        _note_gone(operation, at, actor)
    confirmed = [one for one in queries.to_confirm(at, actor=actor) if _confirm(one, at, actor)]
    by_hand = [one for one in queries.done_by_hand(actor=actor) if _seen(one, at, actor)]
    again = queries.to_look_at_again(at, actor=actor)
    for operation in again:
        move(operation, State.DONE, kind=OperationStep.Kind.RETRIED, actor=actor, pauses=0)
    work_soon(again)
    return len(came_back) + len(gone) + len(confirmed) + len(by_hand)


def _came_back(operation: ProvisioningOperation, at: datetime, actor: Actor) -> None:
    account = operation.account
    reason = words.came_back(
        operation.label,
        returning.how(operation),
        is_scim_managed=bool(account and account.is_scim_managed),
    )
    kind = OperationStep.Kind.CAME_BACK
    blocked(operation, Block.CAME_BACK, reason, actor=actor, kind=kind, reappeared_at=at)
    audit.record(
        "operation.came_back",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label, "reason": reason},
    )


def _note_gone(operation: ProvisioningOperation, at: datetime, actor: Actor) -> None:
    """Somebody took it away, or changed it, rightly or not: that is for whoever asked for it."""
    operation.gone_at = at
    operation.save(update_fields=["gone_at"])
    step(operation, OperationStep.Kind.NOTED, at=at, by=actor.named, text=words.SYNC_LOST)
    audit.record(
        "operation.gone",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label},
    )
    announce("operation.moved", cause_kind=operation.cause_kind, cause_ref=operation.cause_ref)


def _confirm(operation: ProvisioningOperation, at: datetime, actor: Actor) -> bool:
    read_from = returning.read_completely_from(operation)
    assert operation.verified_at is not None  # noqa: S101 - of the verified
    if read_from is None or read_from < operation.verified_at + rules.CONFIRM_AFTER:
        return False
    if not returning.is_as_intended(operation):
        return False
    operation.confirmed_at = at
    operation.save(update_fields=["confirmed_at"])
    read = {"read_from": read_from.isoformat()}
    step(operation, OperationStep.Kind.CONFIRMED, at=at, by=actor.named, detail=read)
    audit.record(
        "operation.confirmed",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label},
    )
    return True


def _seen(operation: ProvisioningOperation, at: datetime, actor: Actor) -> bool:
    """Done by hand, and a sync since then says so too."""
    read_from = returning.read_completely_from(operation)
    assert operation.done_at is not None  # noqa: S101 - of the done
    if read_from is None or read_from <= operation.done_at:
        return False
    made_id = operation.made_id
    if operation.is_invitation:
        if (invitation := returning.invitation_of(operation)) is None:
            return False
        made_id = invitation.external_id
    elif not returning.is_as_intended(operation):
        return False
    kind = OperationStep.Kind.CONFIRMED
    said = words.SYNC_HAS_NOT if operation.is_removal else words.SYNC_HAS
    move(
        operation,
        State.VERIFIED,
        kind=kind,
        actor=actor,
        text=said,
        verified_at=at,
        made_id=made_id,
    )
    return True
