"""What a policy says: who approves, in which order, and what needs nobody. Pure: no database."""

from __future__ import annotations

from math import inf
from typing import Literal

import msgspec

from tenure.lib import structs
from tenure.lib.errors import Invalid
from tenure.lib.text import quantity

ApproverKind = Literal["manager", "system_owner", "entry_owner", "group", "person"]
Needs = Literal["any", "all"]
MOST_STEPS, MOST_APPROVERS, MOST_HOURS, MOST_DAYS = 5, 10, 720, 3650


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """When something holds: all that is named. Empty: always."""

    is_privileged: bool | None = None
    is_external: bool | None = None
    longer_than_days: int | None = None
    at_most_days: int | None = None


class Approver(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked. `ref` names the group or person; the others follow from the request."""

    kind: ApproverKind
    ref: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that is needed: of any of these, or of all of them, within so many hours."""

    approvers: tuple[Approver, ...]
    needs: Needs = "any"
    when: Condition = Condition()
    answer_within_h: int = 24


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """`approves_itself` is when nobody needs to be asked; None means that somebody always does."""

    steps: tuple[Step, ...]
    approves_itself: Condition | None = None


as_policy = structs.converter(Policy)


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy asks of a request. `days` is None for what has no end."""

    is_privileged: bool
    is_external: bool
    days: int | None


OWNER = Step(approvers=(Approver(kind="system_owner"),))
DEFAULT = Policy(steps=(Step(approvers=(Approver(kind="manager"),)), OWNER))
DEFAULT_NAME = "Manager, then system owner"


def holds(condition: Condition, of: Circumstances) -> bool:
    """Whether all that a condition names is so.

    it names            the request                  -> holds
    nothing             any                             yes
    privileged, or not  is as named                     yes
    external, or not    is as named                     yes
    longer than N days  has no end, or more than N      yes
    at most N days      ends within N days              yes
    any of these        is otherwise                    no
    """
    days = inf if of.days is None else of.days
    longer, most = condition.longer_than_days, condition.at_most_days
    return (
        condition.is_privileged in (None, of.is_privileged)
        and condition.is_external in (None, of.is_external)
        and (longer is None or days > longer)
        and (most is None or days <= most)
    )


def needs_nobody(policy: Policy, of: Circumstances) -> bool:
    """Whether a request approves itself.

    privileged   the policy's rule   -> approves itself
    yes          any                    no: what gives access to others is somebody's to decide
    no           none                   no
    no           holds                  yes
    no           does not hold          no
    """
    rule = policy.approves_itself
    return not of.is_privileged and rule is not None and holds(rule, of)


def steps_for(policy: Policy, of: Circumstances) -> tuple[Step, ...]:
    """The steps that are needed, in order; where none is, the system owner is asked."""
    return tuple(step for step in policy.steps if holds(step.when, of)) or (OWNER,)


def check_policy(*, name: str, policy: Policy) -> str:
    """The name without blanks around it; Invalid for a policy that makes no sense.

    name    steps                     each of them                          -> outcome
    empty   any                       any                                      Invalid
    given   none, or more than five   any                                      Invalid
    given   one to five               asks nobody, or too many                 Invalid
    given   one to five               names a group or person without a ref    Invalid
    given   one to five               within less than 1 or more than 720 h    Invalid
    given   one to five               sound                                    accept
    """
    if not (said := " ".join(name.split())[:100]):
        raise Invalid("Give the policy a name, such as Two approvals.", field="name")
    if not 1 <= len(policy.steps) <= MOST_STEPS:
        raise Invalid(f"Let the policy have one to {MOST_STEPS} steps.", field="steps")
    for number, step in enumerate(policy.steps, start=1):
        if not 1 <= len(step.approvers) <= MOST_APPROVERS:
            raise Invalid(
                f"Say who is asked in step {number}, at most {MOST_APPROVERS}.", field="steps"
            )
        if any(one.kind in ("group", "person") and not one.ref for one in step.approvers):
            raise Invalid(f"Choose the group or person of step {number}.", field="steps")
        if not 1 <= step.answer_within_h <= MOST_HOURS:
            raise Invalid(
                f"Let step {number} be answered within 1 to {MOST_HOURS} hours.", field="steps"
            )
        _check_days(step.when)
    if policy.approves_itself is not None:
        _check_days(policy.approves_itself)
    return said


def _check_days(condition: Condition) -> None:
    for days in (condition.longer_than_days, condition.at_most_days):
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise Invalid(f"Write a number of days from 1 to {MOST_DAYS}.", field="steps")


def condition_in_words(condition: Condition) -> str:
    """When something holds, after a noun: "that gives access to others, for more than 30 days"."""
    said = []
    if condition.is_privileged is not None:
        said.append(
            "that gives access to others"
            if condition.is_privileged
            else "that gives no access to others"
        )
    if condition.is_external is not None:
        said.append("for somebody external" if condition.is_external else "for an employee")
    if condition.longer_than_days is not None:
        said.append(f"for more than {quantity(condition.longer_than_days, 'day')}")
    if condition.at_most_days is not None:
        said.append(f"for at most {quantity(condition.at_most_days, 'day')}")
    return ", ".join(said)
