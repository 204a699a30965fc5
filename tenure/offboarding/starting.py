"""From the plan of a case to operations: what each item becomes, and who does it."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.inventory.models import Account
from tenure.inventory.operations.hand_over_account import hand_over_account
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.offboarding import rules
from tenure.offboarding.finding import account_in
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.standing import publish_state, settle
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.provisioning.planned import Cause, Plan

Kind = OffboardingItem.Kind
Action = OffboardingItem.Action
State = OffboardingItem.State
OWNER = "owner"


def begin(case: OffboardingCase, items: list[OffboardingItem], *, actor: Actor) -> None:
    """From a plan to what is under way; in a transaction, with the case locked."""
    undecided = [item.label for item in items if item.state == item.State.NEEDS_CHOICE]
    rules.check_decided(undecided)
    before, case.state, case.reason = case.state, OffboardingCase.State.IN_PROGRESS, ""
    case.approved_at, case.approved_by = now(), actor.named[:100]
    case.save(update_fields=["state", "reason", "approved_at", "approved_by"])
    publish_state(case, before=before)
    start(case, items, actor=actor)
    settle(case, actor=actor)


def start(case: OffboardingCase, items: Sequence[OffboardingItem], *, actor: Actor) -> None:
    """Plan and let go the operations of every item that needs one; do the rest. In a transaction.

    What is under way already, because somebody asked for it elsewhere, is not asked for again.
    """
    cause = cause_of(case)
    plans: list[tuple[OffboardingItem, Plan]] = []
    for item in items:
        if item.is_settled or item.operation is not None:
            continue
        if item.action == Action.KEEP:
            _settle(item, State.KEPT)
        elif item.action == Action.REASSIGN:
            _hand_over(item, actor)
        elif (open_one := _under_way(item)) is not None:
            _tie(item, open_one)
        else:
            plans.append((item, plan_of(item, case)))
    operations = plan_operations(
        plans=[plan for _, plan in plans], cause=cause, batch=case.batch, actor=actor
    )
    for (item, _), operation in zip(plans, operations, strict=True):
        _tie(item, operation)
    start_operations(batch=case.batch, actor=actor)


def cause_of(case: OffboardingCase) -> Cause:
    return Cause(kind="offboarding_case", ref=case.ref, why=f"{case.person} leaves ({case})")


def plan_of(item: OffboardingItem, case: OffboardingCase) -> Plan:
    """What is to be done by an operation. Conflict when a new owner cannot be one there."""
    more: dict[str, object] = {
        "rank": item.rank,
        "person": case.person,
        "due_at": case.due_at,
        "mode": ProvisioningOperation.Mode.CONNECTOR,
    }
    if item.action == Action.BY_HAND:
        more["mode"] = ProvisioningOperation.Mode.MANUAL
        more["assignee"] = item.connection.owner if item.connection else None
        more["instructions"] = _instructions(item)
    if item.kind == Kind.PROJECT and item.action == Action.ADD_OWNER:
        return _of_new_owner(item, more)
    if item.kind == Kind.MEMBER and item.account is not None:
        return planned.of_member(item.account, **more)
    if item.kind == Kind.SERVICE_ACCOUNT and item.account and item.resource:
        return planned.of_service_account(item.account, item.resource, **more)
    if item.credential is not None:
        return planned.of_credential(item.credential, **more)
    if item.invitation is not None:
        return planned.of_invitation(item.invitation, **more)
    return _of_something(item, more)


def _of_new_owner(item: OffboardingItem, more: dict[str, object]) -> Plan:
    """Whoever is in the project already gets another role there."""
    assert item.resource is not None  # noqa: S101 - a project is one
    add = ProvisioningOperation.Action.ADD
    account = _new_owner_in(item)
    if planned.role_in(item.resource, account):
        return planned.of_role(account, OWNER, item.resource, **more)
    return planned.of_place(account, item.resource, action=add, role=OWNER, **more)


def _of_something(item: OffboardingItem, more: dict[str, object]) -> Plan:
    return Plan(
        kind=ProvisioningOperation.Kind.OTHER,
        label=item.label,
        place=item.place,
        connection=item.connection,
        **{**more, "mode": ProvisioningOperation.Mode.MANUAL},  # type: ignore[arg-type] # fields of Plan
    )


def _new_owner_in(item: OffboardingItem) -> Account:
    assert item.new_owner is not None  # noqa: S101 - a choice that was checked
    assert item.connection is not None  # noqa: S101 - a project is of a connection
    if (account := account_in(item.new_owner, item.connection)) is None:
        raise Conflict(
            f"{item.new_owner} has no account in {item.connection}, so they cannot own "
            f"{item.label} there; invite them first, or choose somebody else."
        )
    return account


def _hand_over(item: OffboardingItem, actor: Actor) -> None:
    """Who answers for a service account is kept by Tenure; it runs on all the while."""
    assert item.account is not None  # noqa: S101 - a service account is one
    assert item.new_owner is not None  # noqa: S101 - a choice that was checked
    hand_over_account(account_ref=item.account.ref, to=item.new_owner.ref, actor=actor)
    _settle(item, State.VERIFIED)


def _under_way(item: OffboardingItem) -> ProvisioningOperation | None:
    """An operation on the same thing that something else asked for."""
    one = item.credential or item.invitation or item.account
    if one is None or item.action in (Action.ADD_OWNER, Action.BY_HAND):
        return None
    kinds = {Kind.MEMBER, Kind.ADMIN_KEY, Kind.PROJECT_KEY, Kind.INVITATION, Kind.SERVICE_ACCOUNT}
    if item.kind not in kinds:
        return None
    return ProvisioningOperation.objects.filter(
        connection=item.connection,
        action=ProvisioningOperation.Action.REMOVE,
        target_kind=item.kind,
        target_id=one.external_id,
        state__in=ProvisioningOperation.OPEN,
    ).first()


def _tie(item: OffboardingItem, operation: ProvisioningOperation) -> None:
    item.operation, item.state = operation, State.STARTED
    item.save(update_fields=["operation", "state"])


def _settle(item: OffboardingItem, state: OffboardingItem.State) -> None:
    item.state = state
    item.save(update_fields=["state"])


def _instructions(item: OffboardingItem) -> str:
    if item.kind == Kind.OTHER:
        place = f", {item.place}" if item.place else ""
        return f"{item.label}{place}. Then say here that it is done, and add what shows it."
    where = f" in {item.connection}" if item.connection else ""
    place = f", {item.place}," if item.place else ""
    return (
        f"{item.get_kind_display()} {item.label}{place}{where}: take it away by hand, then say "
        "here that it is done and add what shows it."
    )
