"""A directory that keeps the organization as it wants it, whatever anybody changes by hand.

It comes round every so many seconds of the organization's clock. Who it knows and is missing is
invited again, or simply back, as the switch `scim_return` says; names, addresses and the members of
the groups it manages become what it has; who it no longer has is removed.
"""

from __future__ import annotations

from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.groups import add_to_group, remove_from_group
from tenure.simulator.openai.membership import admit_user, remove_user, rename_user
from tenure.simulator.openai.model import INVITE_LIFETIME_S, READER, Directory, Invite, Listed, User
from tenure.simulator.openai.organization import Organization

EVERY_S = 2_100
"""35 minutes: directories are said to come round every 30 to 40."""


def enable(organization: Organization, *, every: float = EVERY_S) -> Directory:
    """From now on the users and groups that are marked as its own belong to the directory."""
    managed = [group for group in organization.groups if group.is_scim_managed]
    people = [
        Listed(
            user_id=user.id,
            email=user.email,
            name=user.name,
            groups=[g.id for g in managed if organization.group_members[g.id].get(user.id)],
        )
        for user in organization.users
        if user.is_scim_managed and user.email
    ]
    next_at = organization.clock.now() + every
    organization.directory = Directory(every=every, next_at=next_at, people=people)
    return organization.directory


def settle(organization: Organization, *, faults: Faults) -> bool:
    """Come round if it is time; true if so."""
    directory, now = organization.directory, organization.clock.now()
    if directory is None or now < directory.next_at:
        return False
    directory.next_at = now + directory.every
    for person in directory.people:
        _settle_person(organization, person, faults=faults)
    directory.people = [person for person in directory.people if not person.gone]
    return True


def _settle_person(organization: Organization, person: Listed, *, faults: Faults) -> None:
    user = organization.users.get(person.user_id) or next(
        organization.users_with_email(person.email), None
    )
    if person.gone:
        if user is not None:
            remove_user(organization, user, faults=faults, actor=None)
        return
    if user is None:
        user = _bring_back(organization, person, faults=faults)
    if user is None:
        return
    person.user_id = user.id
    if not user.is_scim_managed:
        organization.users.update(user, is_scim_managed=True)
    if (user.name, user.email) != (person.name, person.email):
        rename_user(organization, user, name=person.name, email=person.email)
    _settle_groups(organization, person, user, faults=faults)


def _bring_back(organization: Organization, person: Listed, *, faults: Faults) -> User | None:
    now = organization.now()
    if faults.value("scim_return") == "user":
        user = User(
            id=organization.mint("user-"),
            name=person.name,
            email=person.email,
            role=READER,
            added_at=now,
            created=now,
            is_scim_managed=True,
        )
        organization.users.add(user)
        admit_user(organization, user, actor=None)
        return user
    organization.settle_invites()
    email = person.email.casefold()
    if any(i.status == "pending" and i.email.casefold() == email for i in organization.invites):
        return None
    invite = Invite(
        id=organization.mint("invite-"),
        email=person.email,
        role=READER,
        status="pending",
        created_at=now,
        expires_at=now + INVITE_LIFETIME_S,
    )
    organization.add_invite(invite)
    organization.begin(organization.invite_fact(invite), None)
    sent = {"email": invite.email, "role": invite.role}
    organization.record("invite.sent", None, id=invite.id, data=sent)
    return None


def _settle_groups(
    organization: Organization, person: Listed, user: User, *, faults: Faults
) -> None:
    for group in organization.groups:
        if not group.is_scim_managed:
            continue
        is_in = organization.group_members[group.id].get(user.id) is not None
        if group.id in person.groups and not is_in:
            add_to_group(organization, group.id, user, faults=faults, actor=None)
        elif is_in and group.id not in person.groups:
            remove_from_group(organization, group.id, user.id, faults=faults, actor=None)
