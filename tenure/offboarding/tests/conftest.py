from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.mark_account import mark_account
from tenure.provisioning.tests.conftest import (
    _organization,
    connection,
    later,
    openai,
    sync,
)
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "connection", "later", "openai", "sync"]
HUGO, PRIYA = "hugo@halden.example", "priya@halden.example"
ELENA = "elena@halden.example"


def ada(person_id="person-of-ada"):
    return actor_of("ada", person_id=person_id)


@pytest.fixture
def leaver(connection, openai, sync):
    """Hugo, who is about to leave: 3 keys, an admin key, a service account, 2 projects of which he
    alone owns one, a group and 2 invitations; and Priya, who is to take over.
    """
    for email, name in (
        (HUGO, "Hugo Castell"),
        (PRIYA, "Priya Raman"),
        (ELENA, "Elena Petrova"),
    ):
        openai.add_user(email, name=name)
    openai.add_project("ingest-prod", members=[{"email": HUGO, "role": "owner"}])
    openai.add_project("search", members=[{"email": HUGO, "role": "member"}])
    for email in (PRIYA, ELENA):
        openai.put_member("search", email, role="owner")
    for number, project in enumerate(("ingest-prod", "ingest-prod", "search")):
        openai.add_project_key(project, HUGO, name=f"hugo-{number}")
    openai.add_admin_key(HUGO, name="hugo-admin")
    openai.add_service_account("ingest-prod", "ingest-batch")
    openai.add_group("ML platform", members=[HUGO])
    openai.add_invite(HUGO.replace("@", "+old@"))
    openai.add_invite("hugo@private.example")
    hugo = make_person("Hugo Castell", email=HUGO)
    hugo.other_emails.create(email="hugo@private.example", email_key="hugo@private.example")
    hugo.other_emails.create(email=HUGO.replace("@", "+old@"), email_key=HUGO.replace("@", "+old@"))
    priya = make_person("Priya Raman", email=PRIYA)
    sync()
    link_accounts(actor=actor_of("ada"))
    service = Account.objects.get(name="ingest-batch")
    mark_account(
        account_ref=service.ref,
        said=Mark(kind="service", owner=HUGO, backup_owner=PRIYA, purpose="Ingests"),
        actor=actor_of("ada"),
    )
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    return SimpleNamespace(hugo=hugo, priya=priya, service=service)
