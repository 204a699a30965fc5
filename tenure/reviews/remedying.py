"""From decisions to operations: what each becomes now, whatever the snapshot said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from tenure.inventory.models import Account, Invitation, Resource
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.provisioning.planned import Cause, Plan
from tenure.reviews import remedy_rules as rules
from tenure.reviews.models import Campaign, Decision, Remediation, ReviewItem
from tenure.reviews.remedy_words import instructions, went_away

Mode = ProvisioningOperation.Mode
State = Remediation.State
ALLOWED = timedelta(days=14)
CAUSE = "campaign"
# Keys first and the member last, so that what is left of somebody is never more than before.
_RANKS = {
    "credential": 10,
    "invitation": 20,
    "service_account": 30,
    "place": 40,
    "by_hand": 50,
    "member": 60,
}
_SHOWN_WITH = ("account__connection", "resource", "group", "grant", "credential__resource")


@dataclass(frozen=True, slots=True)
class Remedy:
    """What one decision comes to at this moment: a plan, or nothing; and what differs."""

    plan: Plan | None
    was_changed: str = ""


def begin(campaign: Campaign, *, actor: Actor) -> int:
    """Plan and let go whatever was decided to go or change; how much. In a transaction.

    What is under way already, because somebody asked for it elsewhere or two items come to the
    same, is not asked for twice. What is one account's is one batch: a doubt about who that is
    stops no other.
    """
    decided = ReviewItem.objects.filter(
        snapshot=campaign.snapshot_id, decision__in=[Decision.REMOVE, Decision.CHANGE]
    )
    related = (*_SHOWN_WITH, "invitation__connection", "entitlement", "connection__owner", "person")
    items = list(decided.select_related(*related).order_by("position"))
    batches, at = defaultdict[tuple[int, str], UUID](uuid7), now()
    for item in items:
        remedy = remedy_of(item, at=at)
        batch = batches[item.connection.pk, item.principal_id or item.thing_id]
        operation = _operation(remedy.plan, campaign, batch=batch, actor=actor)
        Remediation.objects.create(
            campaign=campaign,
            item=item,
            operation=operation,
            state=State.IN_PROGRESS if operation else State.ALREADY_GONE,
            was_changed=remedy.was_changed[:300],
            planned_at=at,
            settled_at=None if operation else at,
        )
    for batch in batches.values():
        start_operations(batch=batch, actor=actor)
    return len(items)


def _operation(
    plan: Plan | None, campaign: Campaign, *, batch: UUID, actor: Actor
) -> ProvisioningOperation | None:
    if plan is None:
        return None
    if plan.target_id:
        open_one = ProvisioningOperation.objects.filter(
            connection=plan.connection,
            action=plan.action,
            target_kind=plan.kind,
            target_id=plan.target_id,
            parent_id=plan.parent_id,
            state__in=ProvisioningOperation.OPEN,
        ).first()
        if open_one is not None:
            return open_one
    cause = Cause(kind=CAUSE, ref=campaign.ref, why=f"{campaign.title} decided so")
    return plan_operations(plans=[plan], cause=cause, batch=batch, actor=actor)[0]


def remedy_of(item: ReviewItem, *, at: datetime) -> Remedy:
    """What is to be done about a decided item, as everything is now."""
    accepted = _accepted(item)
    thing = rules.Thing(
        kind=item.kind,
        path=item.path,
        is_there=_is_there(item),
        resource_kind=item.resource_kind,
        role=item.role,
        is_scim_managed=_is_scim_managed(item),
        thing_kind=item.thing_kind,
        has_project=item.resource is not None and item.resource.kind == Resource.Kind.PROJECT,
        was_accepted=accepted is not None,
        is_change=item.decision == Decision.CHANGE,
    )
    what = rules.what_removes(thing)
    if what == "gone":
        return Remedy(None, went_away(item))
    plan = _plan(what, item, accepted)
    connection = item.connection
    more = {"rank": _RANKS[what], "person": item.person, "due_at": at + ALLOWED}
    if what == "by_hand" or connection.removal_policy == "manual":
        more |= {
            "mode": Mode.MANUAL,
            "assignee": connection.owner,
            "instructions": instructions(item),
        }
    changed = "It was accepted since: the account goes." if accepted else _changed(item)
    return Remedy(replace(plan, **more), changed)


def _plan(what: rules.What, item: ReviewItem, accepted: Account | None) -> Plan:
    account = accepted or item.account
    place = item.group or item.resource
    if what == "member" and account is not None:
        return planned.of_member(account)
    if what == "place" and account is not None and place is not None:
        return planned.of_place(account, place)
    if what == "service_account" and account is not None and item.resource is not None:
        return planned.of_service_account(account, item.resource)
    if what == "credential" and item.credential is not None:
        return planned.of_credential(item.credential)
    if what == "invitation" and item.invitation is not None:
        return planned.of_invitation(item.invitation)
    return Plan(
        kind=ProvisioningOperation.Kind.OTHER,
        label=f"{item}: {item.role_name or item.role or item.get_kind_display()}"[:320],
        place=(item.resource_name or item.via_name)[:300],
        connection=item.connection,
        account=account,
    )


def _is_there(item: ReviewItem) -> bool:
    if item.kind == ReviewItem.Kind.CREDENTIAL:
        return item.credential is not None and item.credential.ended_at is None
    if item.kind == ReviewItem.Kind.INVITATION:
        offer = item.invitation
        return offer is not None and offer.ended_at is None and offer.status == "pending"
    if item.account is None or item.account.status == Account.Status.GONE:
        return False
    return item.grant is None or item.kind != "grant" or item.grant.ended_at is None


def _accepted(item: ReviewItem) -> Account | None:
    """The account of an invitation that was taken since."""
    offer: Invitation | None = item.invitation
    if offer is None or offer.accepted_at is None or not offer.email_key:
        return None
    there = Account.objects.filter(connection=offer.connection_id, email_key=offer.email_key)
    return there.exclude(status=Account.Status.GONE).select_related("connection").first()


def _is_scim_managed(item: ReviewItem) -> bool:
    if item.path in ("group", "membership"):
        return bool(item.group and item.group.is_scim_managed)
    return bool(item.account and item.account.is_scim_managed)


def _changed(item: ReviewItem) -> str:
    """How what is there now differs from what the reviewer saw; empty when it does not."""
    account = item.account
    if item.path == "organization" and account is not None and account.role != item.role:
        return f"The role is {account.role or 'unknown'} now; it was {item.role or 'unknown'}."
    if account is not None and account.email != item.account_email:
        return f"The address is {account.email} now; it was {item.account_email}."
    return ""
