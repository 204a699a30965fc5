"""What this vendor can give, each on the simulated organization of the changing half."""

from __future__ import annotations

from tenure.connectors.changing import Change, Target
from tenure.connectors.openai.tests.stage_of_changes import (
    MEMBER,
    PROJECT,
    SWITCHES,
    OpenAIChangeStage,
)

GUEST, OUTSIDER = "nia@halden.example", "user-0020"
_ALL = {**SWITCHES, "projects are not told": {"invite_projects": "absent"}}


class _Stage(OpenAIChangeStage):
    # Whose requests the faults strike.
    collection = "project_users"

    def arrange(self, case: str) -> None:
        self.simulator.reset()
        self.simulator.remove_member(PROJECT, OUTSIDER)
        faults = _ALL[case].items()
        self.simulator.faults(
            **{name: value.replace("project_users", self.collection) for name, value in faults}
        )
        self.simulator.forget_requests()

    def role_of(self, member: str) -> str:
        (project,) = (one for one in self.simulator.projects() if one["id"] == PROJECT)
        roles: dict[str, str] = {one["id"]: one["role"] for one in project["members"]}
        return roles.get(member, "")


class Invitation(_Stage):
    collection = "invites"
    given = Change(
        action="add",
        target=Target(kind="invitation", id=GUEST),
        role="reader",
        email=GUEST,
        projects=((PROJECT, "member"),),
    )

    def times(self) -> int:
        asked = [{"id": project, "role": role} for project, role in self.given.projects]
        return sum(
            (one["email"], one["role"], one["projects"]) == (GUEST, self.given.role, asked)
            for one in self.simulator.invites()
        )


class Membership(_Stage):
    given = Change(
        action="add",
        target=Target(kind="project_member", id=OUTSIDER, parent_id=PROJECT),
        role="viewer",
    )

    def times(self) -> int:
        return int(self.role_of(OUTSIDER) == "viewer")


class RoleInProject(_Stage):
    given = Change(
        action="change",
        target=Target(kind="project_member", id=MEMBER, parent_id=PROJECT),
        role="viewer",
    )

    def times(self) -> int:
        return int(self.role_of(MEMBER) == "viewer")


class RoleInOrganization(_Stage):
    collection = "users"
    given = Change(action="change", target=Target(kind="member", id=MEMBER), role="owner")

    def times(self) -> int:
        (user,) = (one for one in self.simulator.users() if one["id"] == MEMBER)
        return int(user["role"] == "owner")


STAGES = {
    "invitation": Invitation,
    "membership": Membership,
    "role in a project": RoleInProject,
    "role in the organization": RoleInOrganization,
}
