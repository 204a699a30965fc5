"""Where a role applies, and who can hold one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.simulator.openai.organization import Organization


@dataclass(frozen=True, slots=True)
class Place:
    """`type` is organization, project or group."""

    type: str
    id: str

    @property
    def resource_type(self) -> str:
        """As roles and audit events call it."""
        return f"api.{self.type}"


@dataclass(frozen=True, slots=True)
class Principal:
    """`type` is user, group or service_account."""

    type: str
    id: str


def organization_place(organization: Organization) -> Place:
    return Place("organization", organization.id)


def project_place(project_id: str) -> Place:
    return Place("project", project_id)
