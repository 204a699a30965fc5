"""What happens in an organization on an ordinary day, through the simulator's console."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.simulator.openai.running import RunningSimulator


@dataclass(frozen=True)
class Change:
    """Something that happens in the organization: to whom and where is counted round."""

    verb: str
    whom: int
    where: int


def _user(simulator: RunningSimulator, change: Change) -> str:
    """Not an owner: theirs is the key with which we read."""
    readers = [user["id"] for user in simulator.users() if user["role"] != "owner"]
    return str(readers[change.whom % len(readers)])


def _project(simulator: RunningSimulator, change: Change) -> str:
    open_ones = [p["id"] for p in simulator.projects() if p["archived_at"] is None]
    return str(open_ones[change.where % len(open_ones)])


def _rename_user(simulator: RunningSimulator, change: Change) -> None:
    simulator.change_user(_user(simulator, change), name=f"Name {change.where}")


def _remove_user(simulator: RunningSimulator, change: Change) -> None:
    simulator.remove_user(_user(simulator, change))


def _add_user(simulator: RunningSimulator, change: Change) -> None:
    """With a time of joining that we believe, or one that cannot be."""
    since = ("-0s", "-90d", "2031-01-01T00:00:00Z")[change.where % 3]
    simulator.add_user(f"new{len(simulator.users())}@halden.example", added_at=since)


def _change_role(simulator: RunningSimulator, change: Change) -> None:
    simulator.change_user(_user(simulator, change), role=f"role-{change.where % 3}")


def _offer(simulator: RunningSimulator, change: Change) -> None:
    simulator.add_invite(f"offered{change.whom}@halden.example")


def _take_back(simulator: RunningSimulator, change: Change) -> None:
    if invites := simulator.invites():
        simulator.remove_invite(invites[change.whom % len(invites)]["email"])


def _accept(simulator: RunningSimulator, change: Change) -> None:
    if pending := [one["email"] for one in simulator.invites() if one["status"] == "pending"]:
        simulator.accept_invite(pending[change.whom % len(pending)])


def _join(simulator: RunningSimulator, change: Change) -> None:
    role = ("member", "owner", "viewer")[change.where % 3]
    simulator.put_member(_project(simulator, change), _user(simulator, change), role=role)


def _leave(simulator: RunningSimulator, change: Change) -> None:
    which = _project(simulator, change)
    (project,) = [one for one in simulator.projects() if one["id"] == which]
    if members := project["members"]:
        simulator.remove_member(which, members[change.whom % len(members)]["id"])


def _promote(simulator: RunningSimulator, change: Change) -> None:
    which = _project(simulator, change)
    (project,) = [one for one in simulator.projects() if one["id"] == which]
    if members := project["members"]:
        role = ("member", "owner", "viewer")[change.where % 3]
        simulator.put_member(which, members[change.whom % len(members)]["id"], role=role)


def _found(simulator: RunningSimulator, change: Change) -> None:
    members = [{"email": one["email"]} for one in simulator.users()[: change.where % 20]]
    simulator.add_project(f"Project {change.whom}", members=members)


def _archive(simulator: RunningSimulator, change: Change) -> None:
    if sum(one["archived_at"] is None for one in simulator.projects()) > 2:
        simulator.change_project(_project(simulator, change), archived=True)


def _rename_project(simulator: RunningSimulator, change: Change) -> None:
    simulator.change_project(_project(simulator, change), name=f"Renamed {change.whom}")


VERBS = {
    "a user is renamed": _rename_user,
    "a user is removed": _remove_user,
    "a user is added": _add_user,
    "a user gets another role": _change_role,
    "somebody is invited": _offer,
    "an invitation is taken back": _take_back,
    "an invitation is accepted": _accept,
    "a user joins a project": _join,
    "a member leaves a project": _leave,
    "a member gets another role": _promote,
    "a project is founded": _found,
    "a project is archived": _archive,
    "a project is renamed": _rename_project,
}
