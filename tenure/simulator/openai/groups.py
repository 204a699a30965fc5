"""Groups: making and deleting them, who is in one, and which projects one reaches."""

from __future__ import annotations

from tenure.simulator.openai import facts
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.grants import assign, unassign_all
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.model import Group, GroupMember, ProjectGroup, User
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.places import Place, Principal, organization_place
from tenure.simulator.openai.shelf import Shelf


def make_group(
    organization: Organization,
    name: str,
    *,
    actor: Actor | None,
    group_id: str | None = None,
    created_at: int | None = None,
    is_scim_managed: bool = False,
) -> Group:
    """A new group without members."""
    group = Group(
        id=group_id or organization.mint("group_"),
        name=name,
        created_at=organization.now() if created_at is None else created_at,
        is_scim_managed=is_scim_managed,
    )
    organization.groups.add(group)
    organization.group_members[group.id] = Shelf()
    organization.record("group.created", actor, id=group.id, data={"group_name": name})
    return group


def rename_group(
    organization: Organization, group: Group, name: str, *, actor: Actor | None
) -> None:
    """Another name, in the projects it reaches too."""
    organization.groups.update(group, name=name)
    for reaching in organization.project_groups.values():
        if row := reaching.get(group.id):
            reaching.update(row, group_name=name)
    changes = {"group_name": name}
    organization.record("group.updated", actor, id=group.id, changes_requested=changes)


def delete_group(
    organization: Organization, group: Group, *, faults: Faults, actor: Actor | None
) -> None:
    """Its members stay what they are without it."""
    for member in list(organization.group_members[group.id]):
        remove_from_group(organization, group.id, member.id, faults=faults, actor=actor)
    for project_id, reaching in organization.project_groups.items():
        if reaching.get(group.id):
            remove_project_group(organization, project_id, group.id, actor=actor)
    principal = Principal("group", group.id)
    unassign_all(organization, organization_place(organization), principal, actor=actor)
    organization.groups.remove(group.id)
    del organization.group_members[group.id]
    organization.record("group.deleted", actor, id=group.id)


def add_to_group(
    organization: Organization,
    group_id: str,
    user: User,
    *,
    faults: Faults | None = None,
    actor: Actor | None,
) -> None:
    """Make a user a member; who is one already stays one."""
    members = organization.group_members[group_id]
    if members.get(user.id):
        return
    name = user.name or user.email or user.id
    members.add(GroupMember(id=user.id, name=name, email=user.email))
    organization.begin(facts.group_member(facts.of_user(user), group_id), actor)
    _record_member(organization, "added", group_id, user.id, faults=faults, actor=actor)


def remove_from_group(
    organization: Organization,
    group_id: str,
    user_id: str,
    *,
    faults: Faults | None = None,
    actor: Actor | None,
) -> None:
    group = organization.groups.get(group_id)
    lags = faults.lags() if faults else {}
    organization.group_members[group_id].remove(user_id, now=organization.clock.now(), **lags)
    user = organization.users.get(user_id)
    principal = facts.of_user(user) if user else Principal("user", user_id)
    since = group.created_at if group else 0
    organization.end(facts.group_member(principal, group_id), actor, since=since)
    _record_member(organization, "removed", group_id, user_id, faults=faults, actor=actor)


def add_project_group(
    organization: Organization,
    project_id: str,
    group: Group,
    role_id: str,
    *,
    faults: Faults,
    actor: Actor | None,
    created_at: int | None = None,
) -> ProjectGroup:
    """Let a group into a project with a role."""
    reaching = organization.project_groups.setdefault(project_id, Shelf())
    row = reaching.get(group.id)
    if row is None:
        row = ProjectGroup(
            project_id=project_id,
            group_id=group.id,
            group_name=group.name,
            group_type=group.group_type,
            created_at=organization.now() if created_at is None else created_at,
        )
        reaching.add(row)
    principal, place = Principal("group", group.id), Place("project", project_id)
    assign(organization, place, principal, role_id, faults=faults, actor=actor)
    return row


def remove_project_group(
    organization: Organization, project_id: str, group_id: str, *, actor: Actor | None
) -> None:
    """The group's roles in the project end with it."""
    place = Place("project", project_id)
    unassign_all(organization, place, Principal("group", group_id), actor=actor)
    organization.project_groups[project_id].remove(group_id)


def _record_member(
    organization: Organization,
    verb: str,
    group_id: str,
    user_id: str,
    *,
    faults: Faults | None,
    actor: Actor | None,
) -> None:
    """What the audit log says of a group's members is documented by nothing but event names."""
    told = "tenant" if faults is None else faults.value("group_member_events")
    if told == "tenant":
        event = f"tenant.group.member.{verb}"
        organization.record(event, actor, id=group_id, data={"user_id": user_id})
    elif told == "group_updated":
        organization.record("group.updated", actor, id=group_id, changes_requested={})
