"""What adding, removing or renaming a user means for everything else."""

from __future__ import annotations

from tenure.simulator.openai import facts
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.grants import given, groups_of, set_project_role, taken, unassign_all
from tenure.simulator.openai.groups import remove_from_group
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.keys import revoke_keys
from tenure.simulator.openai.model import User
from tenure.simulator.openai.organization import Organization, predefined_role_id
from tenure.simulator.openai.places import Place, organization_place
from tenure.simulator.openai.project_keys import delete_project_key, drop_service_account


def admit_user(organization: Organization, user: User, *, actor: Actor | None) -> None:
    """Write down that a user who was just added is there, with their role."""
    organization.begin(facts.account(organization, user), actor)
    organization.record("user.added", actor, id=user.id, data={"role": user.role})
    if user.role:
        place = organization_place(organization)
        held = predefined_role_id(user.role, organization.id)
        given(organization, facts.of_user(user), place, held, actor)


def remove_user(
    organization: Organization, user: User, *, faults: Faults, actor: Actor | None
) -> None:
    """Remove a user with their memberships and role assignments; their keys stop working."""
    _remove_keys(organization, user, faults=faults, actor=actor)
    organization.users.remove(
        user.id,
        now=organization.clock.now(),
        **faults.lags(),
    )
    principal, place = facts.of_user(user), organization_place(organization)
    for project_id, members in organization.members.items():
        if members.get(user.id):
            set_project_role(organization, user, project_id, None, actor=actor, faults=faults)
    for project_id, assigned in organization.project_assignments.items():
        if user.id in assigned:
            unassign_all(organization, Place("project", project_id), principal, actor=actor)
    for group_id in groups_of(organization, user.id):
        remove_from_group(organization, group_id, user.id, faults=faults, actor=actor)
    is_machine = drop_service_account(organization, user.id, faults=faults, actor=actor)
    unassign_all(organization, place, principal, actor=actor)
    if user.role:
        held = predefined_role_id(user.role, organization.id)
        taken(organization, principal, place, held, actor, since=user.added_at)
    organization.end(facts.account(organization, user), actor, since=user.added_at)
    if not is_machine:
        organization.record("user.deleted", actor, id=user.id)


def rename_user(
    organization: Organization, user: User, *, name: str | None, email: str | None
) -> None:
    """Change what a user is called, here, in every project and in every group."""
    organization.users.update(user, name=name, email=email)
    for members in organization.members.values():
        if member := members.get(user.id):
            members.update(member, name=name, email=email)
    for people in organization.group_members.values():
        if person := people.get(user.id):
            people.update(person, name=name or email or "", email=email)


def check_owns_no_key(organization: Organization, user: User, *, faults: Faults) -> None:
    """With the switch set to a status, the owner of an admin key cannot be removed."""
    consequence = faults.value("key_owner_delete")
    if consequence.isdigit() and any(k.owner.id == user.id for k in organization.admin_keys):
        raise ApiError(int(consequence), "This user owns an admin API key. Delete the key first.")


def _remove_keys(
    organization: Organization, user: User, *, faults: Faults, actor: Actor | None
) -> None:
    owned = {key.id for key in organization.credentials.values() if key.owner_id == user.id}
    owned |= {key.id for key in organization.admin_keys if key.owner.id == user.id}
    if owned and faults.value("key_owner_delete") == "key_dies":
        revoke_keys(organization, owned, faults=faults, actor=actor)
    if faults.value("leaver_keys") == "deleted":
        for project_id, keys in organization.project_keys.items():
            for key in [key for key in keys if key.owner.id == user.id]:
                delete_project_key(organization, project_id, key, faults=faults, actor=actor)
