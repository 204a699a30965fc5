"""Everything an organization has, read by a sync, against the simulator's own record of it."""

from __future__ import annotations

import pytest

from tenure.connections.connecting import judge
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.inventory import below, queries, syncing
from tenure.inventory.models import (
    Account,
    Credential,
    CredentialChange,
    Entitlement,
    Grant,
    Resource,
)
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.queries import ProjectsAsked
from tenure.lib.clock import now
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of

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
            held.add((fact["kind"], fact["subject_id"], fact["resource_id"], word_of(fact["id"])))
    return held


def word_of(role_id):
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


def test_reading_it_again_changes_nothing(connection, sync, monkeypatch):
    monkeypatch.setattr(below, "FEW", 1_000)
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


def effective(held, organization):
    """Who reaches what with which role, out of single facts: {(account, resource, role)}."""
    groups = {}
    for kind, subject, resource, _ in held:
        if kind == "group_member":
            groups.setdefault(resource, set()).add(subject)
    roles = {(who, where, role) for kind, who, where, role in held if kind == "role"}
    reached = {(one, where, role) for who, where, role in roles for one in groups.get(who, {who})}
    accounts = {subject for kind, subject, *_ in held if kind in ("account", "service_account")}
    projects = {where for _, where, _ in reached} - {organization}
    owners = {who for who, where, role in reached if (where, role) == (organization, "owner")}
    reached |= {(owner, project, "owner") for owner in owners for project in projects}
    return {one for one in reached if one[0] in accounts}


def test_who_reaches_a_project_is_so_by_themselves_through_groups_and_by_owning(
    openai, connection, sync
):
    group, project = openai.groups()[0], openai.projects()[1]["id"]
    openai.assign("owner", group["id"])
    openai.assign("owner", openai.groups()[1]["id"], project=project)
    sync()
    truth = effective(facts(openai), connection.organization_id)
    projects = queries.project_page(ProjectsAsked(limit=100), actor=actor_of("ada")).rows
    reach = queries.reach_of(projects, actor=actor_of("ada"))
    for one in projects:
        for show, roles in (("all", None), ("owners", {"owner"})):
            some = queries.reaching_page(
                one, show=show, cursor="", limit=100, actor=actor_of("ada")
            )
            wanted = {
                who
                for who, where, role in truth
                if where == one.external_id and (roles is None or role in roles)
            }
            assert {account.external_id for account in some.rows} == wanted
        assert reach[one.pk].owners == len(wanted)


def test_what_everybody_can_do_now_is_what_they_are_said_to_have_been_able_to(
    openai, connection, sync
):
    openai.assign("owner", openai.groups()[0]["id"])
    sync()
    then = queries.access_on(at=now(), actor=actor_of("ada"))
    refs = {str(one.ref): one.external_id for one in Resource.objects.all()}
    names = dict(Entitlement.objects.exclude(name="").values_list("name", "external_id"))
    said = set()
    for one in then.held:
        where = refs[str(one.resource_ref)] if one.resource_ref else connection.organization_id
        said.add((one.external_id, where, names.get(one.role, one.role)))
    said |= {
        (who, project, "owner")
        for who, where, role in said
        if (where, role) == (connection.organization_id, "owner")
        for project in Resource.objects.filter(kind="project").values_list("external_id", flat=True)
    }
    assert {one for one in said if one[2] != "none"} == effective(
        facts(openai), connection.organization_id
    )
    for account in Account.objects.all():
        lines = queries.grants_of(account, actor=actor_of("ada"))
        mine = {
            (refs.get(str(line.project_ref)), line.role)
            for line in lines
            if line.ended_at is None and not line.is_membership and line.role != "none"
        }
        mine.add((connection.organization_id, account.role))
        assert mine >= {(w, r) for who, w, r in said if who == account.external_id and r != "owner"}


@pytest.fixture
def without_groups(openai, db):
    """The organization, connected with a key that may not read groups."""
    key = openai.add_key(scopes=["api.management.read"])
    named = {"organization_id": openai.organization_id, "base_url": openai.url}
    judged = judge(
        kind="openai", credentials=Credentials(api_key=key, **named), actor=actor_of("ada")
    )
    return connect_organization(
        judged=judged, name="OpenAI", requests_per_minute=None, actor=actor_of("ada")
    )


def test_what_comes_through_a_group_that_cannot_be_read_is_still_told(openai, without_groups):
    role = openai.add_role("Billing", permissions=["api.billing.read"])
    group, who = openai.groups()[0], openai.users()[5]["id"]
    openai.add_to_group(group["id"], who)
    openai.assign(role["id"], group["id"])
    run = request_sync(connection_ref=without_groups.ref, actor=actor_of("ada"))
    syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    assert run.collections.get(key="groups").state == "unavailable"
    lines = queries.grants_of(Account.objects.get(external_id=who), actor=actor_of("ada"))
    (line,) = (one for one in lines if one.role == role["id"])
    assert line.via == f"{group['id']}, which no list shows"
