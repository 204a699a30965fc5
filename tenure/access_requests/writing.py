"""What those who manage requests write: policies, groups, and how a thing is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Model

from tenure.access_requests.models import ApproverGroup
from tenure.access_requests.offering_rules import EntryRules
from tenure.access_requests.policy_rules import Policy
from tenure.lib.errors import Conflict, Invalid
from tenure.lib.ids import as_ref
from tenure.people.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWords:
    """How one thing is offered, all of it. `owner` is a person by ref or e-mail, `policy` a ref."""

    title: str = ""
    description: str = ""
    listing: str = "default"
    why_hidden: str = ""
    departments: Sequence[str] = ()
    person_kinds: Sequence[str] = ()
    durations: Sequence[int] = ()
    most_days: int | None = None
    needs_reason: bool = True
    owner: UUID | str = ""
    policy: UUID | str = ""

    @property
    def rules(self) -> EntryRules:
        return EntryRules(
            self.title,
            self.description,
            self.listing,
            self.why_hidden,
            list(self.departments),
            list(self.person_kinds),
            list(self.durations),
            self.most_days,
            self.needs_reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWords:
    """A policy, all of it. `escalates_to` is a person by ref or e-mail."""

    name: str
    rules: Policy = field()
    is_default: bool = False
    escalates_to: UUID | str = ""


def check_approvers(policy: Policy) -> None:
    """Invalid unless every group and person that is named is there."""
    named = [one for step in policy.steps for one in step.approvers if one.ref]
    for one in named:
        if one.kind == "group" and not ApproverGroup.objects.filter(ref=as_ref(one.ref)).exists():
            raise Invalid("A group of this policy is gone; choose another.", field="steps")
        if one.kind == "person" and not Person.objects.filter(ref=as_ref(one.ref)).exists():
            raise Invalid("A person of this policy is not there; choose another.", field="steps")


def check_is_free(model: type[Model], name: str, *, but: int | None) -> None:
    if model._default_manager.filter(name=name).exclude(pk=but).exists():
        raise Conflict(f"There is one called {name} already; choose another name.")


def check_group_name(name: str) -> str:
    """The name without blanks around it."""
    if not (said := " ".join(name.split())[:100]):
        raise Invalid("Name the group, such as Security.", field="name")
    return said
