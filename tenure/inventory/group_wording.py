"""What groups are said to be and to give, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from tenure.inventory import access_wording, role_rules, role_wording
from tenure.inventory.access_wording import Said, known
from tenure.inventory.models import Entitlement, ResourceChange
from tenure.inventory.queries import GivenLine, GrantLine


def group_state(group: Any) -> Said:  # noqa: ANN401 - a group with `is_open`
    """What a group is to us."""
    if group.ended_at is not None:
        return Said("", "users-minus", "Gone")
    if not group.is_open:
        return Said("", "plug-off", "No longer read")
    if group.is_scim_managed:
        return Said("", "refresh", "Managed by SCIM")
    return Said("", "users-group", "Managed by hand")


class Given(NamedTuple):
    """Something that everybody in a group has through it, in words."""

    line: GivenLine
    words: str
    added: str
    ended: str
    is_privileged: bool


def given(line: GivenLine) -> Given:
    """What a group holds or held."""
    ended = ""
    if line.ended_at is not None:
        ended = access_wording.ended(
            at=line.ended_at, not_before=line.ended_not_before, known_by=line.ended_known_by
        )
    return Given(
        line=line,
        words=what(line),
        added=access_wording.added(
            at=line.began_at, not_before=line.began_not_before, known_by=line.began_known_by
        ),
        ended=ended,
        is_privileged=role_rules.is_privileged(
            role=line.role, permissions=line.permissions.split("\n")
        ),
    )


def what(line: GivenLine) -> str:
    """A right in words: "Auditor of the organization", "In the project Search"."""
    if line.kind == Entitlement.Kind.MEMBER:
        return f"In the project {line.resource}"
    role = role_wording.label(line.role, line.role_name)
    return f"{role} of {'the organization' if line.is_of_organization else line.resource}"


def current(lines: Iterable[GivenLine]) -> list[Given]:
    """What a group gives now. Being in a project says nothing beside a role there."""
    active = [line for line in lines if line.ended_at is None and line.archived_at is None]
    with_role = {line.resource_ref for line in active if line.kind == Entitlement.Kind.ROLE}
    said = [
        given(line)
        for line in active
        if line.kind == Entitlement.Kind.ROLE or line.resource_ref not in with_role
    ]
    return sorted(said, key=lambda one: (not one.line.is_of_organization, one.line.resource))


_STEPS = {
    "appeared": ("users-group", "Group appeared"),
    "reappeared": ("users-group", "Group came back"),
    "ended": ("users-minus", "Group is no longer listed"),
}


def steps_of_group(changes: Iterable[ResourceChange]) -> list[dict[str, Any]]:
    """The life of a group at the provider, for {% timeline %}."""
    entries = []
    for change in changes:
        icon, text = _STEPS.get(change.kind, ("pencil", ""))
        if change.kind == "appeared" and change.known_by == "provider":
            text = "Group made"
        if change.field == "is_scim_managed":
            icon = "refresh"
            text = "SCIM manages it" if change.after == "yes" else "SCIM no longer manages it"
        elif change.field:
            text = f"Renamed: {change.before or 'no name'} → {change.after or 'no name'}"
        step = _step(text, icon, change.at, change.not_before, change.known_by)
        entries.append(step | {"moment": ("resource_change", change.pk)})
    return entries


def steps_of_members(grants: Iterable[GrantLine]) -> list[dict[str, Any]]:
    """Who came and went."""
    return _ends(grants, lambda one: f"{one.who} was added", lambda one: f"{one.who} left")


def steps_of_given(lines: Iterable[GivenLine]) -> list[dict[str, Any]]:
    """What the group was given and what was taken from it."""
    return _ends(
        lines,
        lambda one: f"Given: {what(one)}",
        lambda one: f"No longer: {what(one)}",
        icons=("folder-plus", "folder-minus"),
    )


def _ends(
    rows: Iterable[Any],
    began: Any,  # noqa: ANN401 - a sentence of a row
    ended: Any,  # noqa: ANN401 - same
    *,
    icons: tuple[str, str] = ("user-plus", "user-minus"),
) -> list[dict[str, Any]]:
    steps = []
    for one in rows:
        at, since, by = one.began_at, one.began_not_before, one.began_known_by
        step = _step(began(one), icons[0], at, since, by)
        steps.append(step | {"moment": ("grant_began", one.id)})
        if one.ended_at is not None:
            at, since, by = one.ended_at, one.ended_not_before, one.ended_known_by
            step = _step(ended(one), icons[1], at, since, by)
            steps.append(step | {"moment": ("grant_ended", one.id)})
    return steps


def _step(
    text: str, icon: str, at: datetime, not_before: datetime | None, known_by: str
) -> dict[str, Any]:
    note = known(at=at, not_before=not_before, known_by=known_by)
    return {"text": text, "icon": icon, "at": at, "note": note}
