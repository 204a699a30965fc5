"""A small organization with a key of each kind that the pages must tell apart, read by a sync.

All keys are of the project Search.

ada    current; "Deploy" expires in 5 days      ben   left; "Notebook"
cyd    no longer in Search; "Old script"        mina  no account left; "Mina's laptop"
robot  a service account that nobody answers for; "Nightly"
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from tenure.inventory.models import Credential
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.company import day, person, take_people
from tenure.lib.clock import now
from tenure.simulator.openai.running import RunningSimulator
from tenure.testing.cast import actor_of

DOMAIN = "halden.example"
PEOPLE = {"ada": "Ada Berg", "ben": "Ben Olsen", "cyd": "Cyd Larsen", "mina": "Mina Sol"}


def furnish(openai: RunningSimulator, sync) -> str:
    """Make it and read it; the id of the project."""
    project = openai.add_project("Search")["id"]
    for name, full in PEOPLE.items():
        openai.add_user(address(name), name=full)
        openai.put_member(project, address(name))
    openai.add_service_account(project, "robot")
    key = partial(openai.add_project_key, project)
    in_five_days = int((now() + timedelta(days=5)).timestamp())
    key(address("ada"), name="Deploy", created_at="-10d", expires_at=in_five_days)
    key(address("ben"), name="Notebook", created_at="-200d", last_used_at="-1d")
    key(address("cyd"), name="Old script", created_at="-120d", last_used_at="-100d")
    key(address("mina"), name="Mina's laptop", created_at="-20d", last_used_at="-2d")
    key("robot", name="Nightly", created_at="-30d", last_used_at="-1h")
    openai.remove_member(project, address("cyd"))
    openai.remove_user(address("mina"))
    take_people(
        [
            person("ada", PEOPLE["ada"]),
            person("ben", PEOPLE["ben"], start_date=day(-400), end_date=day(-3)),
            person("cyd", PEOPLE["cyd"]),
        ]
    )
    assert sync().status == "complete"
    link_accounts(actor=actor_of("ada"))
    return project


def address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def key_of(name: str) -> Credential:
    return Credential.objects.get(name=name)
