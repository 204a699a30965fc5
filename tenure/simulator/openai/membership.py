"""What removing, renaming or promoting a user means for everything else."""

from __future__ import annotations

from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.keys import revoke_keys
from tenure.simulator.openai.organization import (
    OWNER,
    READER,
    Event,
    Organization,
    User,
    predefined_role_id,
)


def remove_user(
    organization: Organization, user: User, *, faults: Faults, actor: Event | None
) -> None:
    """Remove a user with their memberships and role assignments; their keys stop working."""
    owned = {key.id for key in organization.credentials.values() if key.owner_id == user.id}
    if owned and faults.value("key_owner_delete") == "key_dies":
        revoke_keys(organization, owned, works_for=faults.seconds("key_lag"))
    organization.users.remove(
        user.id,
        now=organization.clock.now(),
        listed_for=faults.seconds("list_lag"),
        readable_for=faults.seconds("read_lag"),
    )
    for members in organization.members.values():
        members.remove(user.id)
    for role_id in organization.role_ids_of(user):
        _record_assignment(organization, "role.assignment.deleted", user, role_id, actor)
    organization.assignments.pop(user.id, None)
    organization.record("user.deleted", actor, id=user.id)


def change_role(
    organization: Organization, user: User, role: str, *, faults: Faults, actor: Event | None
) -> None:
    """Give a user another organization role; readers may see it later."""
    before = user.role
    organization.users.update(
        user, role=role, now=organization.clock.now(), seen_after=faults.seconds("role_lag")
    )
    if before == role:
        return
    organization.record("user.updated", actor, id=user.id, changes_requested={"role": role})
    for verb, name in (("deleted", before), ("created", role)):
        if name is not None:
            role_id = predefined_role_id(name, organization.id)
            _record_assignment(organization, f"role.assignment.{verb}", user, role_id, actor)


def assign_role(
    organization: Organization, user: User, role_id: str, *, faults: Faults, actor: Event | None
) -> None:
    """Give a user a role; owner and reader are the role of the user object itself."""
    if name := _predefined(organization, role_id):
        if name != OWNER:
            check_not_last_owner(organization, user, faults=faults)
        change_role(organization, user, name, faults=faults, actor=actor)
    elif role_id not in organization.role_ids_of(user):
        organization.assignments.setdefault(user.id, []).append(role_id)
        _record_assignment(organization, "role.assignment.created", user, role_id, actor)


def unassign_role(
    organization: Organization, user: User, role_id: str, *, faults: Faults, actor: Event | None
) -> None:
    """Take a role away; without owner a user is a reader."""
    if name := _predefined(organization, role_id):
        if name == OWNER:
            check_not_last_owner(organization, user, faults=faults)
        change_role(organization, user, READER, faults=faults, actor=actor)
    else:
        organization.assignments[user.id].remove(role_id)
        _record_assignment(organization, "role.assignment.deleted", user, role_id, actor)


def _predefined(organization: Organization, role_id: str) -> str | None:
    ids = {predefined_role_id(role, organization.id): role for role in (OWNER, READER)}
    return ids.get(role_id)


def rename_user(
    organization: Organization, user: User, *, name: str | None, email: str | None
) -> None:
    """Change what a user is called, here and in every project."""
    organization.users.update(user, name=name, email=email)
    for members in organization.members.values():
        if member := members.get(user.id):
            members.update(member, name=name, email=email)


def check_not_last_owner(organization: Organization, user: User, *, faults: Faults) -> None:
    """Nobody documents what happens here, so the refusal and its status are a switch."""
    status = faults.value("last_owner")
    if status != "allow" and user.role == OWNER and organization.owners() == 1:
        raise ApiError(
            int(status), "The organization must have at least one owner.", code="last_owner"
        )


def check_owns_no_key(organization: Organization, user: User, *, faults: Faults) -> None:
    """With the switch set to a status, the owner of an admin key cannot be removed."""
    consequence = faults.value("key_owner_delete")
    if consequence.isdigit() and any(k.owner.id == user.id for k in organization.admin_keys):
        raise ApiError(int(consequence), "This user owns an admin API key. Delete the key first.")


def _record_assignment(
    organization: Organization, verb: str, user: User, role_id: str, actor: Event | None
) -> None:
    organization.record(
        verb,
        actor,
        id=role_id,
        principal_id=user.id,
        principal_type="user",
        resource_id=organization.id,
        resource_type="api.organization",
    )
