"""When a case may do what, and what its items add up to. Pure: no database, no clock.

verb       state now                              -> state then
begin      scheduled                                 awaiting_approval, or in_progress (automatic)
approve    scheduled, awaiting_approval              in_progress
choose     scheduled, awaiting_approval              the same
cancel     scheduled, awaiting_approval              cancelled
reset      in_progress, blocked, complete            awaiting_approval, planned anew
any verb   any other                                 Conflict

What follows from the items of a case under way:
all settled   some blocked, failed, or waiting for a second person   -> state
yes           -                                                         complete
no            yes                                                       blocked (the first reason)
no            no                                                        in_progress

May it start by itself:
opened            policy of every connection   -> starts
time              automatic                       yes
time              any other                       no
inactive          any                             no (nobody said that they left)
hand, emergency   any                             no (whoever opened it approves it)

An item without its choice: a service account without a new owner, a project without a second one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tenure.lib.errors import Conflict, Invalid
from tenure.provisioning.rules import check_reason

Verb = Literal["begin", "approve", "choose", "cancel", "reset"]

_FROM: dict[Verb, tuple[str, ...]] = {
    "begin": ("scheduled",),
    "approve": ("scheduled", "awaiting_approval"),
    "choose": ("scheduled", "awaiting_approval"),
    "cancel": ("scheduled", "awaiting_approval"),
    "reset": ("in_progress", "blocked", "complete"),
}
_DEEDS: dict[Verb, str] = {
    "begin": "begun",
    "approve": "approved",
    "choose": "changed",
    "cancel": "cancelled; override what is left of it instead",
    "reset": "reset",
}
# In the order in which it is done: what acts alone first, and the account when nothing needs it.
RANKS: dict[str, int] = {
    "project": 10,
    "admin_key": 20,
    "project_key": 30,
    "invitation": 40,
    "service_account": 50,
    "member": 60,
    "other": 70,
}
_EMERGENCY_RANK = 5
NEEDS_PERSON = ("blocked", "failed", "awaiting_approval")

__all__ = ["check_reason"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One item of a case, as far as the case cares."""

    is_settled: bool
    state: str
    reason: str = ""


def check_verb(verb: Verb, state: str, *, name: str) -> None:
    """Conflict unless this may be done to a case in that state."""
    if state not in _FROM[verb]:
        raise Conflict(
            f"{name} is {state.replace('_', ' ')} and cannot be {_DEEDS[verb]}; reload the page to "
            "see it as it is."
        )


def rank(kind: str, *, is_emergency: bool) -> int:
    """Where in the order an item comes; in an emergency the account goes first."""
    return _EMERGENCY_RANK if is_emergency and kind == "member" else RANKS[kind]


def starts_by_itself(*, opened: str, policies: Iterable[str]) -> bool:
    return opened == "time" and all(policy == "automatic" for policy in policies)


def state_of(items: Iterable[Standing]) -> tuple[str, str]:
    """The state of a case under way, and the reason when it is blocked."""
    standing = list(items)
    if all(one.is_settled for one in standing):
        return "complete", ""
    for one in standing:
        if one.state in NEEDS_PERSON:
            return "blocked", one.reason
    return "in_progress", ""


def check_choice(*, action: str, choices: Iterable[str], has_new_owner: bool, reason: str) -> None:
    """Refuse what cannot be done with such a thing, or says too little."""
    if action not in choices:
        raise Invalid("Choose what is offered for it.", field="action")
    if action == "keep" and not reason:
        raise Invalid("Say why it is kept: the auditor reads it.", field="reason")
    if action in ("reassign", "add_owner") and not has_new_owner:
        raise Invalid("Name the person who takes it over.", field="new_owner")


def check_decided(undecided: Iterable[str]) -> None:
    """Conflict while something still needs a choice; names it."""
    if names := list(undecided):
        first = names[0]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        raise Conflict(f"Choose what happens to {first}{more} first.")
