"""An invented company: believable, and the same for the same seed."""

from __future__ import annotations

import unicodedata
from random import Random

from tenure.simulator.openai.model import (
    INVITE_LIFETIME_S,
    OWNER,
    READER,
    Invite,
    InviteProject,
    Member,
    Project,
    User,
)
from tenure.simulator.openai.names import FIRST, LAST, PROJECTS
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.shelf import Shelf

DOMAIN = "halden.example"
HISTORY_ENDS = 1_793_491_200
"""2026-11-01: what is invented happened before this day, so that bytes do not depend on today."""
YEAR_S = 365 * 86_400
NAMELESS = 0.01
USED_A_KEY = 0.4


def invent(
    organization: Organization,
    *,
    users: int,
    projects: int,
    members: int,
    invites: int,
    service_accounts: int,
) -> None:
    """Fill an empty organization: a few owners, a few people without a name, shared projects."""
    chance = Random(organization.seed)  # noqa: S311 - repeatable on purpose; no secret is made here
    addresses: dict[str, int] = {}
    owners = min(users, max(2, users // 100))
    people = [_user(organization, chance, addresses, owner=n < owners) for n in range(users)]
    for person in people:
        organization.users.add(person)
    for number in range(service_accounts):
        organization.users.add(_service_account(organization, number))
    for number in range(projects):
        _add_project(organization, chance, number, people, members)
    for _ in range(invites):
        _add_invite(organization, chance, addresses)


def _user(
    organization: Organization, chance: Random, addresses: dict[str, int], *, owner: bool
) -> User:
    name, email = _name_and_address(chance, addresses)
    added_at = HISTORY_ENDS - chance.randrange(2 * YEAR_S)
    used = chance.random() < USED_A_KEY
    return User(
        id=organization.mint("user-"),
        name=None if not owner and chance.random() < NAMELESS else name,
        email=email,
        role=OWNER if owner else READER,
        added_at=added_at,
        created=added_at - chance.randrange(YEAR_S),
        api_key_last_used_at=chance.randrange(added_at, HISTORY_ENDS) if used else None,
    )


def _name_and_address(chance: Random, addresses: dict[str, int]) -> tuple[str, str]:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    local = _ascii(f"{first}.{last}").lower()
    addresses[local] = addresses.get(local, 0) + 1
    suffix = str(addresses[local]) if addresses[local] > 1 else ""
    return f"{first} {last}", f"{local}{suffix}@{DOMAIN}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _service_account(organization: Organization, number: int) -> User:
    return User(
        id=organization.mint("user-"),
        name=f"automation-{number + 1}",
        email=None,
        role=READER,
        added_at=HISTORY_ENDS - YEAR_S,
        created=HISTORY_ENDS - YEAR_S,
        is_service_account=True,
    )


def _add_project(
    organization: Organization, chance: Random, number: int, people: list[User], members: int
) -> None:
    again, which = divmod(number, len(PROJECTS))
    created_at = HISTORY_ENDS - chance.randrange(YEAR_S, 2 * YEAR_S)
    project = Project(
        id=organization.mint("proj_"),
        name=f"{PROJECTS[which]} {again + 1}" if again else PROJECTS[which],
        created_at=created_at,
    )
    organization.projects.add(project)
    organization.members[project.id] = Shelf(
        Member(
            id=user.id,
            name=user.name,
            email=user.email,
            role=OWNER if place == 0 or user.role == OWNER else "member",
            added_at=max(created_at, user.added_at),
        )
        for place, user in enumerate(chance.sample(people, min(members, len(people))))
    )


def _add_invite(organization: Organization, chance: Random, addresses: dict[str, int]) -> None:
    _, email = _name_and_address(chance, addresses)
    created_at = HISTORY_ENDS - chance.randrange(INVITE_LIFETIME_S)
    project = next(iter(organization.projects), None)
    organization.add_invite(
        Invite(
            id=organization.mint("invite-"),
            email=email,
            role=READER,
            status="pending",
            created_at=created_at,
            expires_at=HISTORY_ENDS + INVITE_LIFETIME_S,
            projects=[InviteProject(id=project.id, role="member")] if project else [],
        )
    )
