"""Everything an organization has, read by a sync, against the simulator's own record of it."""

from __future__ import annotations

import pytest

from tenure.inventory.models import (
    Account,
    Credential,
    CredentialChange,
    Entitlement,
    Grant,
    Resource,
)
from tenure.simulator.openai.running import running_simulator

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def _organization():
    with running_simulator(
        users=40, projects=4, members=8, groups=4, keys=24, service_accounts=6, admin_keys=3
    ) as simulator:
        yield simulator


def facts(openai):
    """What holds now: (kind, subject, resource, word or id of what)."""
    held = set()
    for interval in openai.history():
        fact = interval["fact"]
        if interval["end"] is None and fact["kind"] != "invite":
            held.add((fact["kind"], fact["subject_id"], fact["resource_id"], _word(fact["id"])))
    return held


def _word(role_id):
    for begin in ("role-api-project-", "role-api-organization-"):
        if role_id.startswith(begin):
            return role_id.removeprefix(begin).partition("__")[0]
    return role_id


def known(connection):
    """The same, according to us; what is held through groups is not repeated for each member."""
    organization = connection.organization_id
    held = set()
    for account in Account.objects.filter(connection=connection).exclude(status="gone"):
        if account.is_listed:
            held.add(("account", account.external_id, organization, ""))
            if account.role:
                held.add(("role", account.external_id, organization, account.role))
    grants = Grant.objects.filter(ended_at=None, via_group_ids="")
    for grant in grants.select_related("entitlement__resource", "collection"):
        entitlement = grant.entitlement
        resource = entitlement.resource.external_id
        if grant.collection.kind == "group_users":
            held.add(("group_member", grant.principal_id, resource, ""))
        elif grant.collection.kind == "service_accounts":
            held.add(("service_account", grant.principal_id, resource, ""))
            if entitlement.external_id != "none":
                held.add(("role", grant.principal_id, resource, entitlement.external_id))
        elif entitlement.kind == "role":
            held.add(("role", grant.principal_id, resource, entitlement.external_id))
    for key in Credential.objects.filter(ended_at=None):
        resource = key.resource.external_id if key.resource else organization
        held.add(("credential", key.principal_id, resource, key.external_id))
    return held


def test_a_sync_knows_everything_that_the_organization_has(openai, connection, sync):
    run = sync()
    assert (run.status, run.reason) == ("complete", "")
    assert known(connection) == facts(openai)
    for row in run.collections.all():
        assert row.received == row.stored + row.repeated + row.set_aside
        assert row.stored == row.added + row.changed + row.unchanged
    assert not Grant.objects.filter(account=None, group=None).exists()
    # Whoever was gone before the first sync is known by name only, and by the key left behind.
    left_behind = Credential.objects.filter(owner=None)
    assert left_behind.exists()
    assert not left_behind.exclude(owner_has_access=False).exists()
    roles = Entitlement.objects.filter(resource__kind=Resource.Kind.PROJECT, kind="role")
    assert roles.filter(external_id="owner").exclude(permissions="").count() == 4


def test_reading_it_again_changes_nothing(connection, sync):
    sync()
    run = sync()
    assert (run.status, run.added, run.changed, run.ended) == ("complete", 0, 0, 0)


def test_a_key_whose_owner_left_the_project_is_there(openai, connection, sync):
    project = openai.projects()[0]["id"]
    who = openai.add_user("mina.sol@halden.example")["id"]
    openai.put_member(project, who)
    openai.add_project_key(project, who, name="Mina's laptop")
    sync()
    key = Credential.objects.get(name="Mina's laptop")
    assert (key.owner.external_id, key.owner_has_access) == (who, True)
    openai.remove_member(project, who)
    sync()
    key.refresh_from_db()
    assert (key.owner_has_access, key.ended_at) == (False, None)
    steps = CredentialChange.objects.filter(credential=key, kind="changed")
    assert list(steps.values_list("field", "before", "after")) == [
        ("owner_has_access", "yes", "no")
    ]
