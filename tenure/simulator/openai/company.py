"""Where an organization's people come from: invented from a seed, or written in a file."""

from __future__ import annotations

import msgspec

from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.company_file import CompanyFile
from tenure.simulator.openai.furnishing import furnish
from tenure.simulator.openai.furnishing_access import furnish_access
from tenure.simulator.openai.invention import invent
from tenure.simulator.openai.invention_of_access import invent_access
from tenure.simulator.openai.invention_of_activity import invent_activity
from tenure.simulator.openai.keys import make_keys
from tenure.simulator.openai.organization import Organization


class Company(msgspec.Struct, kw_only=True, frozen=True):
    """What to build: sizes of an invented company, or a written one instead."""

    seed: str = "halden"
    users: int = 25
    projects: int = 3
    members: int = 5
    invites: int = 2
    service_accounts: int = 0
    groups: int = 0
    keys: int = 0
    admin_keys: int = 0
    days: int = 0
    written: CompanyFile | None = None


def found(company: Company, *, clock: Clock) -> Organization:
    """Build the organization: its people, its projects, and the keys that act for it."""
    organization = Organization(seed=company.seed, clock=clock)
    organization.is_founding = True
    _fill(organization, company)
    organization.is_founding = False
    return organization


def _fill(organization: Organization, company: Company) -> None:
    if (written := company.written) is not None:
        furnish(organization, written)
        make_keys(
            organization,
            admin_email=written.admin_key_owner,
            personal_email=written.personal_key_owner,
        )
        furnish_access(organization, written)
        return
    invent(
        organization,
        users=company.users,
        projects=company.projects,
        members=company.members,
        invites=company.invites,
        service_accounts=company.service_accounts,
    )
    make_keys(organization)
    invent_access(
        organization,
        groups=company.groups,
        keys=company.keys,
        admin_keys=company.admin_keys,
    )
    invent_activity(organization, days=company.days)
