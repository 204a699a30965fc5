"""Reading policies and approver groups: for whoever sees the requests of some connection.

policies(actor=…)            by name, each with `entry_count`; the default one first
policy_by_ref(ref, actor=…)
policies_shown(actor=…)      the same, with the default one before it is stored
policy_of(entry, actor=…)    that of a thing
rules_of(of=policy)          what it says
groups(actor=…)              approver groups by name, each with its people
group_by_ref(ref, actor=…)
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.db.models import Count, QuerySet

from tenure.access_requests.models import ApprovalPolicy, ApproverGroup, CatalogueEntry
from tenure.access_requests.policy_rules import DEFAULT, DEFAULT_NAME, Policy, as_policy
from tenure.access_requests.queries.requests import MANAGE, VIEW
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref


def policies(*, actor: Actor) -> QuerySet[ApprovalPolicy]:
    """Every policy, the default one first."""
    _check_may_read(actor)
    some = ApprovalPolicy.objects.select_related("escalates_to")
    return some.annotate(entry_count=Count("entries")).order_by("-is_default", "name")


def policies_shown(*, actor: Actor) -> list[ApprovalPolicy]:
    """The same, with the default one also before anybody saved or used it."""
    found = list(policies(actor=actor))
    if not found or not found[0].is_default:
        found.insert(0, _default())
    return found


def policy_by_ref(ref: UUID | str, *, actor: Actor) -> ApprovalPolicy:
    if found := policies(actor=actor).filter(ref=as_ref(ref)).first():
        return found
    raise NotFound("There is no such approval policy; choose one from the list.")


def policy_to_change(ref: UUID | str, *, actor: Actor) -> ApprovalPolicy:
    """Fetch and lock."""
    actor.require(MANAGE)
    some = ApprovalPolicy.objects.select_for_update(of=("self",)).select_related("escalates_to")
    if found := some.filter(ref=as_ref(ref)).first():
        return found
    raise NotFound("There is no such approval policy; choose one from the list.")


def policy_to_choose(ref: UUID | str, *, actor: Actor) -> ApprovalPolicy:
    """One for a thing; whoever manages the requests of a connection may choose it."""
    found = ApprovalPolicy.objects.filter(ref=as_ref(ref)).first()
    if found is None or not actor.may_somewhere(MANAGE):
        raise NotFound("There is no such approval policy; choose one from the list.")
    return found


def _default() -> ApprovalPolicy:
    """What holds before anybody decided anything; not stored."""
    rules = msgspec.to_builtins(DEFAULT)
    return ApprovalPolicy(name=DEFAULT_NAME, rules=rules, is_default=True)


def policy_of(entry: CatalogueEntry | None, *, actor: Actor) -> ApprovalPolicy:  # noqa: ARG001 - whoever may ask may know who is asked
    """The policy of a thing: its own, else the default one."""
    if entry is not None and entry.policy is not None:
        return entry.policy
    return ApprovalPolicy.objects.filter(is_default=True).first() or _default()


def rules_of(*, of: ApprovalPolicy) -> Policy:
    """What a policy says."""
    return as_policy(of.rules)


def groups(*, actor: Actor) -> QuerySet[ApproverGroup]:
    """Every approver group with its people."""
    _check_may_read(actor)
    return ApproverGroup.objects.prefetch_related("people").order_by("name")


def group_by_ref(ref: UUID | str, *, actor: Actor) -> ApproverGroup:
    if found := groups(actor=actor).filter(ref=as_ref(ref)).first():
        return found
    raise NotFound("There is no such approver group; choose one from the list.")


def group_to_change(ref: UUID | str, *, actor: Actor) -> ApproverGroup:
    """Fetch and lock."""
    actor.require(MANAGE)
    found = ApproverGroup.objects.select_for_update().filter(ref=as_ref(ref)).first()
    if found is not None:
        return found
    raise NotFound("There is no such approver group; choose one from the list.")


def _check_may_read(actor: Actor) -> None:
    if not actor.may_somewhere(VIEW):
        actor.require(VIEW)
