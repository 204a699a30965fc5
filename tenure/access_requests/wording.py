"""What things that can be asked for are called, and what they are, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.access_requests.choosing import Chosen, PlannedStep
from tenure.inventory.access_wording import project_role
from tenure.inventory.models import Resource
from tenure.inventory.role_wording import label
from tenure.inventory.wording import role_meaning

Kind = Resource.Kind

_PROJECT_MEANINGS: Mapping[str, str] = {
    "owner": "May change the project: its members, its keys and its limits.",
    "member": "May work in the project: call models and make keys of their own.",
    "viewer": "May look at the project and change nothing.",
}


def title(resource: Resource, role: str, *, role_label: str = "") -> str:
    """What a thing is called: "Member of ingest-prod", "Reader of the organization Halden"."""
    if resource.kind == Kind.GROUP:
        return f"Member of the group {resource}"
    if resource.kind == Kind.ORGANIZATION:
        return f"{label(role, role_label)} of the organization {organization(resource)}"
    return f"{project_role(role, role_label)} of {resource}"


def organization(resource: Resource) -> str:
    """The organization, by the name that people know."""
    connection = resource.connection
    return resource.name or connection.organization_name or connection.name


def meaning(resource: Resource, role: str) -> str:
    """What somebody who has it may do."""
    if resource.kind == Kind.GROUP:
        return "Gives everything that the group has."
    if resource.kind == Kind.ORGANIZATION:
        said = role_meaning(role)
        return f"{said}." if said else ""
    return _PROJECT_MEANINGS.get(role, "")


def length(days: int | None) -> str:
    """For how long."""
    if days is None:
        return "without an end"
    return "for a day" if days == 1 else f"for {days} days"


def step(planned: PlannedStep) -> str:
    """A step in words: "the manager Rita Novak", "any of Ada, Mara and Sid"."""
    if len(planned.asked) == 1:
        return _one(planned.asked[0])
    names = [str(one.person) for one in planned.asked]
    word = "all of" if planned.needs == "all" else "any of"
    return f"{word} {', '.join(names[:-1])} and {names[-1]}"


def _one(chosen: Chosen) -> str:
    ways = {
        "manager": "the manager",
        "system_owner": "the system owner",
        "entry_owner": "its owner",
        "access_manager": "the access manager",
    }
    said = [f"{chosen.group}:"] if chosen.group else [ways.get(chosen.came_by, "")]
    return " ".join([*said, str(chosen.person)]).strip()
