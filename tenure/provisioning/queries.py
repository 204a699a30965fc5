"""Reading operations. Who may see a connection's accounts may see what is done to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.text import fold_email
from tenure.provisioning import returning, rules
from tenure.provisioning.models import OperationProof, OperationStep, ProvisioningOperation
from tenure.users.models import User

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
_BY_HAND = Q(mode=ProvisioningOperation.Mode.MANUAL)
_SETTLED = Q(state__in=ProvisioningOperation.SETTLED)
# What people ask for; `mine` is narrowed to who asks.
FILTERS: dict[str, Q] = {
    "attention": Q(state__in=[State.AWAITING_APPROVAL, State.BLOCKED, State.FAILED]),
    "open": ~_SETTLED,
    "settled": _SETTLED,
    "by_hand": _BY_HAND & ~_SETTLED,
    "mine": _BY_HAND & ~_SETTLED,
}
_WITH = ("connection", "account", "person", "assignee", "release")


def operations(
    *, actor: Actor, permission: str = "provisioning.view"
) -> QuerySet[ProvisioningOperation]:
    """Every operation that this actor may see, the newest first; an auditor those planned in their
    window.
    """
    refs = actor.connections_where(permission)
    seen = ProvisioningOperation.objects.select_related(*_WITH).order_by("-id")
    if actor.window is not None:
        first, until = actor.window
        seen = seen.filter(planned_at__gte=first, planned_at__lt=until)
    if refs is None:
        return seen
    mine = Q(assignee__ref=actor.user_id) if actor.user_id else Q(pk__in=[])
    return seen.filter(Q(connection__ref__in=refs) | mine)


def operations_asked(
    *,
    show: str = "",
    state: str = "",
    connection: UUID | None = None,
    person: UUID | None = None,
    offboarding: UUID | None = None,
    batch: UUID | None = None,
    actor: Actor,
) -> QuerySet[ProvisioningOperation]:
    """Those that somebody asks for."""
    named = {
        "state": state,
        "connection__ref": connection,
        "person__ref": person,
        "cause_ref": str(offboarding) if offboarding else "",
        "batch": batch,
    }
    mine = operations(actor=actor).filter(**{name: value for name, value in named.items() if value})
    if show == "mine":
        return mine.filter(FILTERS["by_hand"], assignee__ref=actor.user_id or UUID(int=0))
    return mine.filter(FILTERS[show]) if show else mine


def operation_by_ref(ref: UUID | str, *, actor: Actor) -> ProvisioningOperation:
    return _there(operations(actor=actor).filter(ref=_uuid(ref)).first())


def operation_to_change(ref: UUID | str, *, actor: Actor, permission: str) -> ProvisioningOperation:
    """Fetch and lock. What the actor may not change does not exist."""
    mine = operations(actor=actor, permission=permission).select_related(None)
    locked = mine.select_for_update(of=("self",)).filter(ref=_uuid(ref))
    return _there(locked.first())


def operation_to_rehearse(ref: UUID | str, *, actor: Actor) -> ProvisioningOperation:
    """One whose call can be tried up to the sending. Conflict when there is none to make."""
    mine = operations(actor=actor, permission="provisioning.run").filter(ref=_uuid(ref))
    operation = _there(mine.first())
    rules.check_rehearsal(operation.state, is_by_hand=_is_by_hand(operation), label=operation.label)
    return operation


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
        ~_paused(at, timedelta(seconds=rules.LONGEST_PAUSE_S)),
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


def waiting_for_people(*, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """What somebody has to be told of: a second person, a release, work by hand, a return."""
    told = (
        Q(state=State.AWAITING_APPROVAL)
        | Q(state=State.BLOCKED, block__in=[Block.BRAKE, Block.CAME_BACK])
        | (_BY_HAND & Q(state=State.QUEUED))
    )
    waiting = operations(actor=actor, permission="provisioning.run").filter(told)
    return waiting.select_related("connection__owner", "assignee").order_by("id")


def to_confirm(at: datetime, *, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """Verified long enough ago for a later read to mean something."""
    actor.require("provisioning.run")
    old = ProvisioningOperation.objects.select_related("connection", "account")
    return old.filter(
        state=State.VERIFIED,
        confirmed_at=None,
        gone_at=None,
        verified_at__lte=at - rules.CONFIRM_AFTER,
    ).order_by("verified_at")


def returned(at: datetime, *, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """Removed and verified, and there again."""
    actor.require("provisioning.run")
    return returning.returned(at=at)


def gone(*, actor: Actor) -> list[ProvisioningOperation]:
    """Given and verified, and there no more as it was given."""
    actor.require("provisioning.run")
    return list(returning.gone())


def done_by_hand(*, actor: Actor) -> QuerySet[ProvisioningOperation]:
    """Said to be done by hand, at a provider that is read."""
    by_hand = operations(actor=actor, permission="provisioning.run")
    return by_hand.filter(
        mode=ProvisioningOperation.Mode.MANUAL, state=State.DONE, connection__isnull=False
    ).exclude(target_id="")


def to_look_at_again(at: datetime, *, actor: Actor) -> list[ProvisioningOperation]:
    """What a provider accepted and did not show, after a while."""
    unseen = operations(actor=actor, permission="provisioning.run")
    unseen = unseen.filter(state=State.BLOCKED, block=Block.NOT_VISIBLE)
    return list(unseen.exclude(_paused(at, rules.LOOK_AGAIN_AFTER)))


def _paused(at: datetime, longest: timedelta) -> Q:
    """Farther ahead than any pause lasts, an instant is from before the clock was put back."""
    return Q(not_before__gt=at, not_before__lte=at + longest)


def proofs_of(operation: ProvisioningOperation, *, actor: Actor) -> QuerySet[OperationProof]:
    """What shows that it was done by hand, without the files themselves."""
    actor.require("provisioning.view", connection=_ref(operation))
    return operation.proofs.defer("content").order_by("id")


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


def colleague_by_email(email: str, *, actor: Actor) -> User:
    """Who is to do something by hand: anybody who may sign in."""
    actor.require("provisioning.run")
    found = User.objects.filter(email_key=fold_email(email), is_active=True).first()
    if found is None:
        raise NotFound(f"No user has the address {email}; invite them first, or name another.")
    return found


def _is_by_hand(operation: ProvisioningOperation) -> bool:
    return operation.mode == ProvisioningOperation.Mode.MANUAL


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
