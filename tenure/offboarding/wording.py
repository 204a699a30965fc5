"""Cases and their items as people read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.urls import reverse

from tenure.lib.text import quantity
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.provisioning import wording
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.wording import State

Kind = OffboardingItem.Kind
Action = OffboardingItem.Action

SHOWN = {
    "open": "Open",
    "approval": "Needs approval",
    "running": "Running",
    "blocked": "Blocked",
    "upcoming": "Upcoming",
    "done": "Done",
    "cancelled": "Cancelled",
}
STATES = {
    "scheduled": State("", "calendar", "Scheduled"),
    "awaiting_approval": State("amber", "hand-stop", "Needs approval"),
    "in_progress": State("live", "loader-2", "In progress"),
    "blocked": State("red", "lock", "Blocked"),
    "complete": State("green", "circle-check", "Complete"),
    "cancelled": State("", "minus", "Cancelled"),
}
ITEM_STATES = {
    "planned": State("", "circle-dashed", "Planned"),
    "needs_choice": State("amber", "hand-stop", "Needs your choice"),
    "started": State("", "clock-pause", "Waiting"),
    "verified": State("green", "circle-check", "Verified"),
    "kept": State("", "player-pause", "Kept"),
}
ICONS = {
    Kind.MEMBER: "member",
    Kind.ADMIN_KEY: "key",
    Kind.PROJECT_KEY: "key",
    Kind.INVITATION: "invitation",
    Kind.SERVICE_ACCOUNT: "service",
    Kind.PROJECT: "project",
    Kind.OTHER: "connection",
}
_COUNTED: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (("member",), "remove", "account", "accounts"),
    (("admin_key", "project_key"), "revoke", "key", "keys"),
    (("invitation",), "cancel", "invitation", "invitations"),
    (("service_account",), "remove", "service account", "service accounts"),
)


def state_of(item: OffboardingItem) -> State:
    """Of an item that has an operation, the operation's."""
    if item.operation is not None:
        return wording.state_of(item.operation)
    return ITEM_STATES[item.state]


def then(item: OffboardingItem) -> str:
    """What happens to it, by what was decided."""
    if item.action == Action.REASSIGN:
        return f"Give to {item.new_owner}" if item.new_owner else "Choose a new owner"
    if item.action == Action.ADD_OWNER:
        return f"Add {item.new_owner} as owner" if item.new_owner else "Choose another owner"
    if item.action == Action.KEEP:
        return "Keep"
    return item.get_action_display()


def goes(items: Iterable[OffboardingItem]) -> str:
    """What approving takes away, as a button says it: Remove 1 account and revoke 3 keys."""
    counts = Counter((item.kind, item.action) for item in items if not item.is_settled)
    said = []
    for kinds, action, one, many in _COUNTED:
        if count := sum(counts[kind, action] for kind in kinds):
            said.append(f"{action} {quantity(count, one, many)}")
    if not said:
        return "Approve this plan"
    words = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return words[:1].upper() + words[1:]


def headline(case: OffboardingCase, items: Sequence[OffboardingItem]) -> str:
    """The answer first: how far it is, and what is missing."""
    done = sum(item.is_settled for item in items)
    if case.state == "complete":
        return "Everything is done" + (", late" if case.is_late else "")
    if case.state == "cancelled":
        return "Cancelled"
    undecided = sum(item.state == item.State.NEEDS_CHOICE for item in items)
    stuck = sum(_is_stuck(item) for item in items)
    words = [
        f"{done} of {len(items)} done"
        if case.approved_at
        else f"{quantity(len(items), 'item')} found"
    ]
    if undecided:
        words.append(f"{undecided} need{'s' if undecided == 1 else ''} your choice")
    if stuck:
        words.append(f"{stuck} wait{'s' if stuck == 1 else ''} for somebody")
    return ", ".join(words)


def _is_stuck(item: OffboardingItem) -> bool:
    states = ProvisioningOperation.State
    return item.operation is not None and item.operation.state in (
        states.BLOCKED,
        states.FAILED,
        states.AWAITING_APPROVAL,
    )


def proof_events(
    items: Iterable[OffboardingItem], case: OffboardingCase
) -> list[dict[str, object]]:
    """What came of the operations of a case, the newest first, and who let them go."""
    told = [_event(item.operation) for item in items if item.operation is not None]
    told.sort(key=lambda event: event["at"], reverse=True)  # type: ignore[arg-type, return-value] # instants
    if case.approved_at:
        note = case.approved_by
        told.append(
            {"text": "Plan approved", "at": case.approved_at, "icon": "check", "note": note}
        )
    opened = f"{case.get_opened_display().capitalize()}, by {case.opened_by}"
    told.append({"text": "Opened", "at": case.opened_at, "icon": "door-exit", "note": opened})
    return told


_STEP_STATES = {"green": "done", "red": "red", "live": "now"}


def _event(operation: ProvisioningOperation) -> dict[str, object]:
    state = wording.state_of(operation)
    at = operation.verified_at or operation.done_at or operation.sent_at or operation.planned_at
    note = state.word
    if operation.state == "verified":
        note = "Read by id and in the list after it"
        if operation.mode == operation.Mode.MANUAL:
            note = "Checked after it was done by hand"
        if operation.confirmed_at:
            note += ", and by a later sync"
    return {
        "text": wording.deed(operation),
        "at": at,
        "icon": state.icon,
        "state": _STEP_STATES.get(state.tone, ""),
        "note": note,
        "url": reverse("provisioning:operation", args=[operation.ref]),
    }
