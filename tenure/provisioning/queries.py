"""Reading operations. Who may see a connection's accounts may see what is done to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.provisioning import returning, rules
from tenure.provisioning.models import OperationProof, OperationStep, ProvisioningOperation

__all__ = [
    "by_cause",
    "live_of_batch",
    "operation_by_ref",
    "operation_to_change",
    "operations",
    "proof_by_ref",
    "steps_of",
    "to_confirm",
    "waiting_for_brake",
]

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
_WITH = ("connection", "account", "person", "assignee", "release")


def operations(
    *, actor: Actor, permission: str = "provisioning.view"
) -> QuerySet[ProvisioningOperation]:
    """Every operation that this actor may see, the newest first."""
    refs = actor.connections_where(permission)
    seen = ProvisioningOperation.objects.select_related(*_WITH).order_by("-id")
    if refs is None:
        return seen
    mine = Q(assignee__ref=actor.user_id) if actor.user_id else Q(pk__in=[])
    return seen.filter(Q(connection__ref__in=refs) | mine)


def operation_by_ref(ref: UUID | str, *, actor: Actor) -> ProvisioningOperation:
    return _there(operations(actor=actor).filter(ref=_uuid(ref)).first())


def operation_to_change(ref: UUID | str, *, actor: Actor, permission: str) -> ProvisioningOperation:
    """Fetch and lock. What the actor may not change does not exist."""
    mine = operations(actor=actor, permission=permission).select_related(None)
    locked = mine.select_for_update(of=("self",)).filter(ref=_uuid(ref))
    return _there(locked.first())


def by_cause(
    kind: str, refs: Iterable[UUID | str], *, actor: Actor
) -> QuerySet[ProvisioningOperation]:
    """What was planned for something above, in the order in which it is done."""
    mine = operations(actor=actor).filter(cause_kind=kind, cause_ref__in=[str(r) for r in refs])
    return mine.order_by("rank", "id")


def live_of_batch(batch: UUID | str, *, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """What of a batch is Tenure's to do, in order."""
    actor.require("provisioning.run")
    live = ProvisioningOperation.objects.select_related("connection", "account")
    return live.filter(
        batch=_uuid(batch),
        mode=ProvisioningOperation.Mode.CONNECTOR,
        state__in=ProvisioningOperation.LIVE,
    ).order_by("rank", "id")


def planned_of_batch(batch: UUID | str, *, actor: Actor) -> list[ProvisioningOperation]:
    """What was planned together and not let go yet, locked."""
    planned = operations(actor=actor, permission="provisioning.run").select_related(None)
    locked = planned.select_for_update(of=("self",)).filter(batch=_uuid(batch))
    return list(locked.filter(state=State.PLANNED).order_by("rank", "id"))


def is_stopped(batch: UUID | str, *, actor: Actor) -> bool:
    """Whether something of a batch is not what was planned."""
    actor.require("provisioning.run")
    another = ProvisioningOperation.objects.filter(
        batch=_uuid(batch), state=State.BLOCKED, block=Block.IDENTITY_CHANGED
    )
    return another.exists()


def batches_with_work(at: datetime, *, actor: Actor) -> list[UUID]:
    """Batches of which something could go on, for when their jobs were lost."""
    actor.require("provisioning.run")
    stopped = ProvisioningOperation.objects.filter(
        batch=OuterRef("batch"), state=State.BLOCKED, block=Block.IDENTITY_CHANGED
    )
    live = ProvisioningOperation.objects.filter(
        ~Q(state=State.QUEUED) | ~Exists(stopped),
        Q(not_before=None) | Q(not_before__lte=at),
        mode=ProvisioningOperation.Mode.CONNECTOR,
        state__in=ProvisioningOperation.LIVE,
    )
    return list(live.order_by().values_list("batch", flat=True).distinct())


def waiting_for_brake(
    connection: Connection, at: datetime, *, actor: Actor
) -> QuerySet[ProvisioningOperation]:
    """What the brake of a connection keeps when it trips: nothing that counts already."""
    waiting = operations(actor=actor, permission="provisioning.run").filter(
        connection=connection,
        action=ProvisioningOperation.Action.REMOVE,
        target_kind__in=ProvisioningOperation.BRAKED,
        mode=ProvisioningOperation.Mode.CONNECTOR,
        state=State.QUEUED,
        release=None,
    )
    return waiting.exclude(sent_at__gt=at - rules.BRAKE_WINDOW)


def braked(connection: Connection, *, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """What waits for a release."""
    kept = operations(actor=actor).filter(connection=connection)
    return kept.filter(state=State.BLOCKED, block=Block.BRAKE).order_by("rank", "id")


def to_confirm(at: datetime, *, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """Verified long enough ago for a later read to mean something."""
    actor.require("provisioning.run")
    old = ProvisioningOperation.objects.select_related("connection", "account")
    return old.filter(
        state=State.VERIFIED, confirmed_at=None, verified_at__lte=at - rules.CONFIRM_AFTER
    ).order_by("verified_at")


def returned(at: datetime, *, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """Removed and verified, and there again."""
    actor.require("provisioning.run")
    return returning.returned(at=at)


def done_by_hand(*, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """Said to be done by hand, at a provider that is read."""
    by_hand = operations(actor=actor, permission="provisioning.run")
    return by_hand.filter(
        mode=ProvisioningOperation.Mode.MANUAL, state=State.DONE, connection__isnull=False
    ).exclude(target_id="")


def to_look_at_again(at: datetime, *, actor: Actor) -> list[ProvisioningOperation]:
    """What a provider accepted and did not show, after a while."""
    unseen = operations(actor=actor, permission="provisioning.run")
    return list(unseen.filter(state=State.BLOCKED, block=Block.NOT_VISIBLE, not_before__lte=at))


def steps_of(operation: ProvisioningOperation, *, actor: Actor) -> QuerySet[OperationStep]:
    """What happened to an operation that the actor has been given, the first first."""
    mine = operation.assignee
    if mine is None or str(mine.ref) != actor.user_id:
        actor.require("provisioning.view", connection=_ref(operation))
    return operation.steps.order_by("id")


def proof_by_ref(ref: UUID | str, *, actor: Actor) -> OperationProof:
    """A file that shows something of an operation that the actor may see."""
    seen = operations(actor=actor).order_by()
    found = OperationProof.objects.filter(ref=_uuid(ref), operation__in=seen.values("pk")).first()
    if found is None:
        raise NotFound("There is no such file, or you may not see it.")
    return found


def _ref(operation: ProvisioningOperation) -> str | None:
    return str(operation.connection.ref) if operation.connection else None


def _there(operation: ProvisioningOperation | None) -> ProvisioningOperation:
    if operation is None:
        raise NotFound("There is no such operation, or you may not see it.")
    return operation


def _uuid(ref: UUID | str) -> UUID:
    try:
        return ref if isinstance(ref, UUID) else UUID(str(ref))
    except ValueError:
        raise NotFound("There is no such operation, or you may not see it.") from None
