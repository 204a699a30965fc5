"""Policies and groups of approvers as their pages show them, and trying who would be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from tenure.access_requests import new_page, policy_rules, queries, showing
from tenure.access_requests.models import ApprovalPolicy, ApproverGroup
from tenure.access_requests.policy_forms import written
from tenure.access_requests.policy_rules import Policy, Step
from tenure.lib.actor import Actor
from tenure.lib.errors import DomainError
from tenure.lib.text import quantity
from tenure.people.models import Person

_NAMES = {
    "manager": "the manager",
    "system_owner": "the system owner",
    "entry_owner": "who owns it in the catalogue",
}
_MOST_THINGS = 200


def policies_page(*, actor: Actor) -> dict[str, Any]:
    """Context of /requests/policies. Four questions."""
    policies = queries.policies_shown(actor=actor)
    groups = list(queries.groups(actor=actor))
    names = {str(one.ref): one.name for one in groups}
    said = {one.ref: queries.rules_of(of=one) for one in policies}
    names |= _people_named(said.values())
    return {
        "policies": [
            {
                "policy": one,
                "lines": lines_of(said[one.ref], names),
                "url": _address(one),
                "used": "" if one.is_default else _used(one),
            }
            for one in policies
        ],
        "groups": [{"ref": one.ref, "name": one.name, "members": _members(one)} for one in groups],
    }


def _address(policy: ApprovalPolicy) -> str:
    """Where it is changed; of the default one that nobody saved yet, where a new one is made."""
    if policy.pk is None:
        return reverse("access_requests:new-policy")
    return reverse("access_requests:policy", args=[policy.ref])


def _used(policy: ApprovalPolicy) -> str:
    return quantity(policy.entry_count, "entry", "entries")  # type: ignore[attr-defined] # an annotation


def _members(group: ApproverGroup) -> str:
    return showing.in_words([str(one) for one in group.people.all()])


def _people_named(policies: Any) -> dict[str, str]:  # noqa: ANN401 - policies
    refs = {
        approver.ref
        for policy in policies
        for step in policy.steps
        for approver in step.approvers
        if approver.kind == "person"
    }
    if not refs:
        return {}
    return {str(one.ref): str(one) for one in Person.objects.filter(ref__in=refs)}


def lines_of(policy: Policy, names: dict[str, str]) -> list[str]:
    """A policy in words, a line for each step."""
    said = []
    if policy.approves_itself is not None:
        when = policy_rules.condition_in_words(policy.approves_itself)
        said.append(f"At once, when it is not privileged{f' and {when}' if when else ''}")
    return [*said, *(_step(n, one, names) for n, one in enumerate(policy.steps, start=1))]


def _step(number: int, step: Step, names: dict[str, str]) -> str:
    asked = []
    for one in step.approvers:
        known = names.get(one.ref, "somebody who is gone")
        asked.append(
            _NAMES.get(one.kind) or (f"the group {known}" if one.kind == "group" else known)
        )
    who = showing.in_words(asked, last="and" if step.needs == "all" else "or")
    when = policy_rules.condition_in_words(step.when)
    said = f"Step {number}: {who}, within {step.answer_within_h} h"
    return f"{said}; only for what is asked {when}" if when else said


def policy_of(ref: UUID | None, *, actor: Actor) -> ApprovalPolicy | None:
    """The policy of a page; None of a new one's."""
    return queries.policy_by_ref(ref, actor=actor) if ref else None


def groups_to_choose(*, actor: Actor) -> list[ApproverGroup]:
    return list(queries.groups(actor=actor))


def steps_of(policy: ApprovalPolicy | None) -> int:
    return len(queries.rules_of(of=policy).steps) if policy else 1


def initial_of(policy: ApprovalPolicy | None) -> dict[str, Any]:
    """A policy as its form shows it."""
    if policy is None:
        return {}
    rules = queries.rules_of(of=policy)
    refs = [one.ref for step in rules.steps for one in step.approvers if one.kind == "person"]
    emails = {str(one.ref): one.email for one in Person.objects.filter(ref__in=refs)}
    return {
        "name": policy.name,
        "is_default": policy.is_default,
        "escalates_to": policy.escalates_to.email if policy.escalates_to else "",
        **written(rules, emails),
    }


def group_of(ref: UUID | None, *, actor: Actor) -> ApproverGroup | None:
    return queries.group_by_ref(ref, actor=actor) if ref else None


def members_of(group: ApproverGroup | None) -> dict[str, Any]:
    """A group as its form shows it."""
    if group is None:
        return {}
    return {"name": group.name, "people": "\n".join(one.email for one in group.people.all())}


def things(*, actor: Actor) -> list[tuple[str, str]]:
    """What can be tried: a ref and a role, with its title."""
    some = queries.catalogue(queries.CatalogueAsked(limit=_MOST_THINGS), actor=actor)
    return [
        (f"{one.resource.ref}:{one.role}", one.title)
        for shelf in some.rows
        for one in shelf.offers
        if not one.why_impossible
    ]


def tried(said: Mapping[str, Any], *, actor: Actor) -> dict[str, Any]:
    """Context of who would be asked, in a sentence and in steps."""
    if not said.get("thing"):
        return {"refusal": "Say who asks for what."}
    resource, _, role = said["thing"].partition(":")
    try:
        person = queries.person_named(said["person"], actor=actor)
        shown = queries.preview(resource, role, person=person, days=said["days"], actor=actor)
    except DomainError as refusal:
        return {"refusal": str(refusal)}
    return {
        "sentence": shown.in_words,
        "steps": new_page.steps_in_words(shown),
        "policy": shown.policy_name,
    }
