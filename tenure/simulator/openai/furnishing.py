"""Putting what a company file describes into an organization."""

from __future__ import annotations

from typing import Any

import msgspec

from tenure.simulator.openai.company_file import (
    BadCompanyError,
    CompanyFile,
    CompanyInvite,
    CompanyProject,
    CompanyUser,
    instant,
)
from tenure.simulator.openai.furnishing_access import furnish_project
from tenure.simulator.openai.model import (
    INVITE_LIFETIME_S,
    Invite,
    InviteProject,
    Member,
    Project,
    User,
)
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.shelf import Shelf


def furnish(organization: Organization, written: CompanyFile) -> None:
    """Everything the file has but what is the organization's own."""
    organization.rename(written.organization_id or organization.id)
    for user in written.users:
        add_user(organization, user)
    for described in written.projects:
        add_project(organization, described)
        furnish_project(organization, described)
    for invite in written.invites:
        add_invite(organization, invite)


def add_user(organization: Organization, user: CompanyUser) -> User:
    """Put a described user into the organization."""
    described: dict[str, Any] = msgspec.structs.asdict(user)
    added_at = instant(user.added_at, organization.now()) or organization.now()
    described |= {
        "id": user.id or organization.mint("user-"),
        "added_at": added_at,
        "api_key_last_used_at": instant(user.api_key_last_used_at, organization.now()),
    }
    row = User(created=added_at, **described)
    organization.users.add(row)
    return row


def add_invite(organization: Organization, invite: CompanyInvite) -> Invite:
    """Put a described invite into the organization; its projects are given by name."""
    created_at = instant(invite.created_at, organization.now()) or organization.now()
    by_name = {project.name: project.id for project in organization.projects}
    if strangers := {p.name for p in invite.projects} - by_name.keys():
        raise BadCompanyError(f"{strangers.pop()} of {invite.email} is not among the projects.")
    row = Invite(
        id=invite.id or organization.mint("invite-"),
        email=invite.email,
        role=invite.role,
        status=invite.status,
        created_at=created_at,
        expires_at=instant(invite.expires_at, organization.now()) or created_at + INVITE_LIFETIME_S,
        accepted_at=instant(invite.accepted_at, organization.now()),
        projects=[InviteProject(id=by_name[p.name], role=p.role) for p in invite.projects],
    )
    organization.add_invite(row)
    return row


def add_project(organization: Organization, described: CompanyProject) -> Project:
    """Put a described project into the organization; its members are given by e-mail."""
    created_at = instant(described.created_at, organization.now()) or organization.now()
    archived_at = instant(described.archived_at, organization.now())
    if described.archived and archived_at is None:
        archived_at = organization.now()
    project = Project(
        id=described.id or organization.mint("proj_"),
        name=described.name,
        created_at=created_at,
        archived_at=archived_at,
        status="archived" if archived_at else "active",
    )
    organization.projects.add(project)
    organization.members[project.id] = shelf = Shelf[Member]()
    for member in described.members:
        user = next(organization.users_with_email(member.email), None) if member.email else None
        if user is None and member.id is None:
            raise BadCompanyError(f"{member.email} of {described.name} is not among the users.")
        shelf.add(
            Member(
                id=member.id or (user.id if user else ""),
                name=user.name if user else member.name,
                email=user.email if user else member.email or None,
                role=member.role,
                added_at=instant(member.added_at, organization.now()) or created_at,
            )
        )
    return project
