"""Where an organization's people come from: invented from a seed, or written in a file.

The shape of a company file (everything is optional; a time is a Unix number, an ISO instant, or
an age such as "-90d", "-12h", "-5m" before the simulator's start):

    {
      "organization_id": "org-...",
      "users": [{"email": "ada@halden.example", "name": "Ada Okafor", "role": "owner",
                 "added_at": "-400d", "api_key_last_used_at": "-2d", "id": "user-..."}],
      "invites": [{"email": "new@halden.example", "role": "reader", "created_at": "-2d",
                   "expires_at": "2026-12-31T00:00:00Z", "status": "pending",
                   "projects": [{"name": "Search", "role": "member"}]}],
      "projects": [{"name": "Search", "created_at": "-300d", "archived": false,
                    "members": [{"email": "ada@halden.example", "role": "owner",
                                 "added_at": "-200d"}]}],
      "admin_key_owner": "ada@halden.example",
      "personal_key_owner": "bo@halden.example"
    }

A user may have every field the API lists. A member with an "id" need not be among the users. The
first owner owns the admin keys unless said.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.invention import invent
from tenure.simulator.openai.keys import make_keys
from tenure.simulator.openai.organization import (
    INVITE_LIFETIME_S,
    READER,
    Invite,
    InviteProject,
    Member,
    Organization,
    Project,
    User,
)
from tenure.simulator.openai.shelf import Shelf

Time = int | str | None
_AGE = re.compile(r"-(\d+)([dhms])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class ProjectRole(msgspec.Struct, forbid_unknown_fields=True):
    role: str = "member"
    name: str = ""
    email: str = ""


class ProjectMember(ProjectRole, forbid_unknown_fields=True):
    """A user by e-mail; with an `id`, somebody who need not be among the users."""

    id: str | None = None
    added_at: Time = None


class CompanyUser(msgspec.Struct, forbid_unknown_fields=True):
    email: str | None
    name: str | None = None
    role: str | None = READER
    added_at: Time = "-365d"
    id: str | None = None
    is_default: bool = False
    is_service_account: bool = False
    is_scim_managed: bool = False
    api_key_last_used_at: Time = None
    technical_level: str | None = None
    developer_persona: str | None = None


class CompanyInvite(msgspec.Struct, forbid_unknown_fields=True):
    email: str
    role: str = READER
    status: str = "pending"
    created_at: Time = "-1d"
    expires_at: Time = None
    accepted_at: Time = None
    id: str | None = None
    projects: list[ProjectRole] = []


class CompanyProject(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    created_at: Time = "-365d"
    archived: bool = False
    archived_at: Time = None
    id: str | None = None
    members: list[ProjectMember] = []


class CompanyFile(msgspec.Struct, forbid_unknown_fields=True):
    organization_id: str | None = None
    users: list[CompanyUser] = []
    invites: list[CompanyInvite] = []
    projects: list[CompanyProject] = []
    admin_key_owner: str | None = None
    personal_key_owner: str | None = None


class Company(msgspec.Struct, kw_only=True, frozen=True):
    """What to build: sizes of an invented company, or a written one instead."""

    seed: str = "halden"
    users: int = 25
    projects: int = 3
    members: int = 5
    invites: int = 2
    service_accounts: int = 0
    written: CompanyFile | None = None


class BadCompanyError(ValueError):
    """The company file cannot be read; the message says where."""


def read_company(path: Path) -> CompanyFile:
    """A company file, checked."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=CompanyFile)
    except (OSError, msgspec.DecodeError) as error:
        raise BadCompanyError(f"The company file cannot be used: {error}.") from error


def found(company: Company, *, clock: Clock) -> Organization:
    """Build the organization: its people, its projects, and the keys that act for it."""
    organization = Organization(seed=company.seed, clock=clock)
    if company.written is None:
        invent(
            organization,
            users=company.users,
            projects=company.projects,
            members=company.members,
            invites=company.invites,
            service_accounts=company.service_accounts,
        )
        make_keys(organization)
    else:
        _furnish(organization, company.written)
        make_keys(
            organization,
            admin_email=company.written.admin_key_owner,
            personal_email=company.written.personal_key_owner,
        )
    return organization


def add_user(organization: Organization, user: CompanyUser) -> User:
    """Put a described user into the organization."""
    described: dict[str, Any] = msgspec.structs.asdict(user)
    added_at = _instant(user.added_at, organization) or organization.now()
    described |= {
        "id": user.id or organization.mint("user-"),
        "added_at": added_at,
        "api_key_last_used_at": _instant(user.api_key_last_used_at, organization),
    }
    row = User(created=added_at, **described)
    organization.users.add(row)
    return row


def add_invite(organization: Organization, invite: CompanyInvite) -> Invite:
    """Put a described invite into the organization; its projects are given by name."""
    created_at = _instant(invite.created_at, organization) or organization.now()
    by_name = {project.name: project.id for project in organization.projects}
    if strangers := {p.name for p in invite.projects} - by_name.keys():
        raise BadCompanyError(f"{strangers.pop()} of {invite.email} is not among the projects.")
    row = Invite(
        id=invite.id or organization.mint("invite-"),
        email=invite.email,
        role=invite.role,
        status=invite.status,
        created_at=created_at,
        expires_at=_instant(invite.expires_at, organization) or created_at + INVITE_LIFETIME_S,
        accepted_at=_instant(invite.accepted_at, organization),
        projects=[InviteProject(id=by_name[p.name], role=p.role) for p in invite.projects],
    )
    organization.add_invite(row)
    return row


def add_project(organization: Organization, described: CompanyProject) -> Project:
    """Put a described project into the organization; its members are given by e-mail."""
    created_at = _instant(described.created_at, organization) or organization.now()
    archived_at = _instant(described.archived_at, organization)
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
                added_at=_instant(member.added_at, organization) or created_at,
            )
        )
    return project


def _furnish(organization: Organization, written: CompanyFile) -> None:
    organization.rename(written.organization_id or organization.id)
    for user in written.users:
        add_user(organization, user)
    for described in written.projects:
        add_project(organization, described)
    for invite in written.invites:
        add_invite(organization, invite)


def _instant(time: Time, organization: Organization) -> int | None:
    if time is None or isinstance(time, int):
        return time
    if age := _AGE.fullmatch(time):
        return organization.now() - int(age[1]) * _SECONDS[age[2]]
    try:
        instant = datetime.fromisoformat(time)
    except ValueError:
        raise BadCompanyError(f"{time} is no time: give a number, an instant or an age.") from None
    return int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp())
