"""Operations as people read them: what happens to what, where it stands, and what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenure.provisioning import words
from tenure.provisioning.models import OperationStep, ProvisioningOperation

Kind = ProvisioningOperation.Kind
Step = OperationStep.Kind


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is shown: tone, icon, word."""

    tone: str
    icon: str
    word: str


STATES = {
    "planned": State("", "circle-dashed", "Planned"),
    "awaiting_approval": State("amber", "hand-stop", "Needs a second person"),
    "queued": State("", "clock-pause", "Waiting"),
    "blocked": State("red", "lock", "Blocked"),
    "running": State("live", "loader-2", "Running"),
    "done": State("live", "loader-2", "Reading back"),
    "verified": State("green", "circle-check", "Verified"),
    "failed": State("red", "circle-x", "Failed"),
    "cancelled": State("", "minus", "Cancelled"),
    "overridden": State("", "player-pause", "Overridden"),
}
_BY_HAND = {
    "queued": State("amber", "hand-stop", "To be done by hand"),
    "done": State("amber", "hand-stop", "To be checked"),
}
ICONS = {
    Kind.MEMBER: "member",
    Kind.ADMIN_KEY: "key",
    Kind.PROJECT_KEY: "key",
    Kind.INVITATION: "invitation",
    Kind.PROJECT_MEMBER: "project",
    Kind.GROUP_MEMBER: "group",
    Kind.SERVICE_ACCOUNT: "service",
    Kind.OTHER: "by_hand",
}
_VERBS = {
    Kind.ADMIN_KEY: "Revoke the admin key",
    Kind.PROJECT_KEY: "Revoke the key",
    Kind.INVITATION: "Cancel the invitation of",
}
_STEP_ICONS = {
    Step.PLANNED: "circle-dashed",
    Step.APPROVED: "check",
    Step.ABOUT_TO_SEND: "send",
    Step.ANSWERED: "arrow-back-up",
    Step.READ_AFTER: "circle-check",
    Step.READ_IN_LIST: "circle-check",
    Step.CONFIRMED: "circle-check",
    Step.CAME_BACK: "alert-circle",
    Step.BLOCKED: "lock",
    Step.FAILED: "circle-x",
    Step.PROVEN: "certificate",
}
_STEP_STATES = {
    Step.READ_AFTER: "done",
    Step.READ_IN_LIST: "done",
    Step.CONFIRMED: "done",
    Step.CAME_BACK: "red",
    Step.BLOCKED: "red",
    Step.FAILED: "red",
}
# What a read says of a thing, in the order in which it is compared.
_SEEN = (
    ("email", "E-mail"),
    ("name", "Name"),
    ("role", "Role"),
    ("projects", "Projects"),
    ("owner_id", "Owner"),
    ("hint", "Key"),
    ("status", "Status"),
    ("organization", "Organization"),
)


def state_of(operation: ProvisioningOperation) -> State:
    if operation.mode == operation.Mode.MANUAL:
        return _BY_HAND.get(operation.state, STATES[operation.state])
    return STATES[operation.state]


def deed(operation: ProvisioningOperation) -> str:
    """What is done, as a heading: Revoke the key hugo-0."""
    verb = _VERBS.get(Kind(operation.target_kind), "Remove")
    if operation.is_invitation:
        return f"Invite {operation.label} as {operation.role} to {words.projects_of(operation)}"
    if not operation.is_removal:
        where = operation.place or "the organization"
        return f"Make {operation.label} {operation.role or 'member'} of {where}"
    if operation.target_kind in (Kind.PROJECT_MEMBER, Kind.GROUP_MEMBER):
        return f"Remove {operation.label} from {operation.place}"
    if operation.target_kind == Kind.OTHER:
        return operation.label
    return f"{verb} {operation.label}"


def where(operation: ProvisioningOperation) -> str:
    """In which project, of which connection."""
    places = (operation.place, operation.connection.name if operation.connection else "")
    return ", ".join(place for place in places if place) or "Not connected"


def events(steps: Iterable[OperationStep]) -> list[dict[str, Any]]:
    """Steps for a timeline, the newest first."""
    return [
        {
            "text": step.get_kind_display(),
            "at": step.at,
            "icon": _STEP_ICONS.get(Step(step.kind), "point"),
            "state": _STEP_STATES.get(Step(step.kind), ""),
            "note": _note(step),
        }
        for step in reversed(list(steps))
    ]


def _note(step: OperationStep) -> str:
    said = [step.text, step.request]
    if step.request_id:
        said.append(f"request {step.request_id}")
    if seen := step.detail.get("seen"):
        said.append("it is there" if seen.get("there") else "it is not there")
    if not step.request_id and step.kind not in (Step.READ_BEFORE, Step.READ_IN_LIST):
        said.append(f"by {step.by}")
    return ". ".join(_sentence(part) for part in said if part)


def _sentence(part: str) -> str:
    part = part.rstrip(".")
    return part if part.startswith(("request ", "DELETE", "POST")) else part[:1].upper() + part[1:]


@dataclass(frozen=True, slots=True)
class Sights:
    """What was frozen, what was read before, and what afterwards, line by line."""

    lines: tuple[tuple[str, str, str, str], ...]
    request: str
    request_id: str
    list_request_id: str


def sights(operation: ProvisioningOperation, steps: Iterable[OperationStep]) -> Sights:
    """The before and after of an operation, from what its steps kept."""
    last = {step.kind: step for step in steps}
    before = _seen(last.get(Step.ABOUT_TO_SEND) or last.get(Step.READ_BEFORE))
    after = _seen(last.get(Step.READ_AFTER))
    planned = _planned(operation)
    names = words.names_of(operation)
    lines = [("There", "", _is_there(before), _is_there(after))]
    for field, label in _SEEN:
        was, first, then = (_told(one.get(field), names) for one in (planned, before, after))
        if was or first or then:
            first, then = first or _nothing(before), then or _nothing(after)
            lines.append((label, was, first, then))
    sent = last.get(Step.ANSWERED)
    listed = last.get(Step.READ_IN_LIST)
    return Sights(
        lines=tuple(lines),
        request=sent.request if sent else "",
        request_id=sent.request_id if sent else "",
        list_request_id=listed.request_id if listed else "",
    )


def _planned(operation: ProvisioningOperation) -> Mapping[str, Any]:
    """What was frozen, and what it is to become of what is given."""
    frozen: dict[str, Any] = operation.identity
    if operation.is_removal or not operation.role:
        return frozen
    before = frozen.get("role")
    role = f"{before} → {operation.role}" if before else operation.role
    return {**frozen, "role": role, "projects": words.places_of(operation)}


def _told(value: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401 - as a step keeps it
    """In words; where an invitation leads is a list of projects and roles."""
    return str(value or "") if isinstance(value, str) or not value else words.listed(value, names)


def _seen(step: OperationStep | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = step.detail.get("seen", {}) if step else {}
    return found


def _is_there(seen: Mapping[str, Any]) -> str:
    if "there" not in seen:
        return _nothing(seen)
    return "Yes" if seen["there"] else "No"


def _nothing(seen: Mapping[str, Any]) -> str:
    """What stands where a read says nothing, or there was none."""
    return "Nothing" if seen else "Not read yet"
