"""A small organization with groups and roles of its own, read by a sync.

Platform   ada and ben; gives Group manager, and Member and Key maker of Atlas
Auditors   cyd; managed by SCIM, gives Auditor          Nobody   without members or rights

dov has the role Auditor by himself, and cyd has it twice. ben has left.
"""

from __future__ import annotations

from tenure.inventory.models import Entitlement, Resource
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.company import day, person, take_people
from tenure.simulator.openai.running import RunningSimulator
from tenure.testing.cast import actor_of

DOMAIN = "halden.example"
PEOPLE = {"ada": "Ada Berg", "ben": "Ben Olsen", "cyd": "Cyd Larsen", "dov": "Dov Adler"}


def furnish(openai: RunningSimulator, sync) -> str:
    """Make it and read it; the id of the project."""
    project = openai.add_project("Atlas")["id"]
    for name, full in PEOPLE.items():
        openai.add_user(address(name), name=full)
    openai.add_role("Auditor", permissions=["api.management.read", "api.usage.read"])
    openai.add_role("Group manager", permissions=["api.groups.write", "api.groups.read"])
    openai.add_role("Key maker", permissions=["api.keys.write"], project=project)
    openai.add_group(
        "Platform",
        members=[address("ada"), address("ben")],
        roles=["Group manager"],
        projects=[{"name": "Atlas", "role": "member"}],
    )
    openai.assign("Key maker", "Platform", project=project)
    openai.add_group("Auditors", members=[address("cyd")], roles=["Auditor"], is_scim_managed=True)
    openai.add_group("Nobody")
    openai.assign("Auditor", address("dov"))
    openai.assign("Auditor", address("cyd"))
    take_people(
        [
            person("ada", PEOPLE["ada"]),
            person("ben", PEOPLE["ben"], start_date=day(-400), end_date=day(-3)),
            person("cyd", PEOPLE["cyd"]),
        ]
    )
    read_everything(sync)
    link_accounts(actor=actor_of("ada"))
    return project


def read_everything(sync) -> None:
    """Lists of single users' roles are begun a few at a time; so often that all were read."""
    while sync().added:
        pass


def address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def group_of(name: str) -> Resource:
    return Resource.objects.get(kind=Resource.Kind.GROUP, name=name)


def role_of(name: str) -> Entitlement:
    return Entitlement.objects.get(name=name, resource__kind__in=("organization", "project"))
