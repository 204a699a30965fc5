"""Within a minute everything that changes access is on the timelines, with who did it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tenure.inventory import queries, tasks
from tenure.inventory.models import (
    Account,
    Credential,
    Entitlement,
    Explanation,
    Grant,
    Resource,
)
from tenure.inventory.showing import told_history_of_account
from tenure.inventory.tests.explained import check
from tenure.lib.clock import now
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def _organization():
    with running_simulator(
        users=12, projects=2, members=4, groups=2, keys=4, service_accounts=2, admin_keys=1
    ) as simulator:
        yield simulator


@pytest.fixture
def clock():
    with time_machine.travel(now()) as traveller:
        yield traveller


@pytest.fixture
def minute(openai, connection, clock):
    """A minute in which the log is followed, and everything that comes of it."""
    openai.log_in(openai.users()[0]["email"], at="-1h")
    run_jobs()

    def pass_by() -> None:
        clock.shift(timedelta(seconds=55))
        tasks.follow_logs.enqueue()
        run_jobs()

    pass_by()
    clock.shift(timedelta(minutes=5))
    openai.forget_requests()
    return pass_by


@pytest.fixture
def ada(openai):
    """Another owner than the one whose doing everything is."""
    who = openai.users()[1]
    openai.change_user(who["id"], role="owner")
    return who


@pytest.fixture
def mei(openai):
    return [one for one in openai.users() if one["role"] == "reader" and one["email"]][-1]


def asked(openai) -> set[str]:
    paths = {one["path"].removeprefix("/v1/organization/") for one in openai.requests()}
    return paths - {"audit_logs", "users"}


def by(moment: str, row: object) -> str:
    """Who did what is explained of a row."""
    return Explanation.objects.get(moment=moment, row_id=row.pk).event.actor_id


def history(account: Account) -> dict[str, str]:
    entries = told_history_of_account(account.ref, actor=actor_of("ada"))
    return {entry["text"]: entry["note"] for entry in entries}


def second(moment):
    return moment.replace(microsecond=0)


def test_a_member_of_a_group(openai, connection, ada, mei, minute):
    group = openai.groups()[0]
    openai.add_to_group(group["id"], mei["id"], by=ada["email"])
    at = second(now())
    minute()
    grant = Grant.objects.get(principal_id=mei["id"], collection__kind="group_users")
    assert (grant.began_at, grant.began_known_by) == (at, "audit_event")
    assert by("grant_began", grant) == ada["id"]
    assert asked(openai) == {f"groups/{group['id']}/users"}
    openai.remove_from_group(group["id"], mei["id"], by=ada["email"])
    at = second(now())
    minute()
    grant.refresh_from_db()
    # Its second may have begun before the list was read.
    assert (second(grant.ended_at), grant.ended_known_by) == (at, "audit_event")
    assert by("grant_ended", grant) == ada["id"]
    assert check(connection, openai)


def test_roles_of_groups_and_of_single_users(openai, ada, mei, minute, clock):
    group, project = openai.groups()[0]["id"], openai.projects()[0]["id"]
    role = openai.add_role("Billing", permissions=["api.billing.read"], by=ada["email"])["id"]
    for to, where in ((group, {}), (group, {"project": project}), (mei["id"], {})):
        clock.shift(2)
        named = "member" if where else role
        openai.assign(named, to, by=ada["email"], **where)
    minute()
    for principal, kind in (
        (group, "group_roles"),
        (group, "project_group_roles"),
        (mei["id"], "user_roles"),
    ):
        grant = Grant.objects.exclude(entitlement__external_id="reader").get(
            principal_id=principal,
            collection__kind=kind,
            began_at__gte=now() - timedelta(minutes=2),
            via_group_ids="",
        )
        assert grant.began_known_by == "audit_event", kind
        assert by("grant_began", grant) == ada["id"]
    made = Entitlement.objects.get(external_id=role)
    assert by("entitlement_began", made) == ada["id"]


def test_keys_are_on_the_timelines_of_all_they_are_of(openai, connection, ada, minute, client_of):
    project, who = openai.projects()[0], openai.users()[2]
    made = openai.add_project_key(project["id"], who["id"], name="Nightly", by=ada["email"])
    admin = openai.add_admin_key(ada["id"], name="Robot", by=ada["email"])
    minute()
    key = Credential.objects.get(external_id=made["id"])
    assert by("credential_began", key) == ada["id"]
    assert by("credential_began", Credential.objects.get(name="Robot")) == ada["id"]
    assert asked(openai) == {f"projects/{project['id']}/api_keys", "admin_api_keys"}
    owner = Account.objects.get(external_id=who["id"])
    said = f"By {ada['name']} (session)"
    assert history(owner)["API key Nightly made"].startswith(said)
    resource = Resource.objects.get(external_id=project["id"])
    on_project = client_of("ada").get(reverse("inventory:project-history", args=[resource.ref]))
    on_key = client_of("ada").get(reverse("inventory:credential-history", args=[key.ref]))
    assert said in on_project.text
    assert said in on_key.text
    openai.remove_project_key(project["id"], made["id"], by=ada["email"])
    openai.remove_admin_key(admin["id"], by=ada["email"])
    at = second(now())
    minute()
    key.refresh_from_db()
    assert (second(key.ended_at), key.ended_known_by) == (at, "audit_event")
    assert by("credential_ended", key) == ada["id"]
    assert history(owner)["API key Nightly deleted"].startswith(said)


def test_a_group_and_a_service_account(openai, ada, mei, minute, client_of):
    project = openai.projects()[0]["id"]
    openai.add_group("Night shift", members=[mei["email"]], by=ada["email"])
    machine = openai.add_service_account(project, "Deploys", role="member", by=ada["email"])
    minute()
    group = Resource.objects.get(kind="group", name="Night shift")
    assert by("resource_began", group) == ada["id"]
    account = Account.objects.get(external_id=machine["id"])
    assert by("account_began", account) == ada["id"]
    grant = Grant.objects.get(collection__kind="service_accounts", principal_id=machine["id"])
    assert by("grant_began", grant) == ada["id"]
    openai.change_group(group.external_id, name="Day shift", by=ada["email"])
    minute()
    step = group.changes.get(field="name")
    assert (step.known_by, by("resource_change", step)) == ("audit_event", ada["id"])
    page = client_of("ada").get(reverse("inventory:group-history", args=[group.ref]))
    assert f"By {ada['name']} (session)" in page.text
    openai.remove_group(group.external_id, by=ada["email"])
    openai.remove_service_account(project, machine["id"], by=ada["email"])
    minute()
    group.refresh_from_db()
    account.refresh_from_db()
    assert (group.ended_known_by, by("resource_ended", group)) == ("audit_event", ada["id"])
    assert (account.ended_known_by, by("account_ended", account)) == ("audit_event", ada["id"])


def test_a_raised_role_and_a_new_member_of_a_project(openai, ada, mei, minute):
    project = openai.projects()[1]
    openai.change_user(mei["id"], role="owner", by=ada["email"])
    openai.put_member(project["id"], mei["id"], role="viewer", by=ada["email"])
    minute()
    account = Account.objects.get(external_id=mei["id"])
    told = history(account)
    said = f"By {ada['name']} (session)"
    assert told["Role: Reader → Owner"].startswith(said)
    grant = Grant.objects.filter(principal_id=mei["id"]).order_by("-id")[0]
    assert by("grant_began", grant) == ada["id"]
    (line,) = (
        one for one in queries.grants_of(account, actor=actor_of("ada")) if one.id == grant.pk
    )
    assert line.added_by == ada["name"]


def test_a_renamed_role(openai, ada, minute):
    """Of the organization, and of a project."""
    project = openai.projects()[0]["id"]
    for name, where in (("Billing", {}), ("Deploys", {"project": project})):
        made = openai.add_role(name, permissions=["api.billing.read"], by=ada["email"], **where)
        minute()
        openai.change_role(made["id"], name=f"{name} II", by=ada["email"], **where)
        at = second(now())
        minute()
        role = Entitlement.objects.get(external_id=made["id"])
        step = role.changes.get(kind="changed")
        assert (step.field, step.before, step.after) == ("name", name, f"{name} II")
        assert (second(step.at), step.known_by) == (at, "audit_event")
        assert by("entitlement_change", step) == ada["id"]


def test_a_role_that_is_deleted_and_may_otherwise(openai, connection, ada, mei, minute):
    role = openai.add_role("Billing", permissions=["api.billing.read"], by=ada["email"])["id"]
    openai.assign(role, mei["id"], by=ada["email"])
    minute()
    openai.change_role(role, permissions=["api.keys.read"], by=ada["email"])
    minute()
    made = Entitlement.objects.get(external_id=role)
    step = made.changes.get(field="permissions")
    assert (step.known_by, by("entitlement_change", step)) == ("audit_event", ada["id"])
    openai.remove_role(role, by=ada["email"])
    at = second(now())
    minute()
    made.refresh_from_db()
    assert (second(made.ended_at), made.ended_known_by) == (at, "audit_event")
    assert by("entitlement_ended", made) == ada["id"]
    grant = Grant.objects.get(entitlement=made, via_group_ids="")
    assert (second(grant.ended_at), grant.ended_known_by) == (at, "audit_event")
    assert check(connection, openai)


@pytest.mark.parametrize("told", ["unnamed", "named"])
def test_a_renamed_key(openai, ada, minute, told):
    """Its list is read at once; by whom and when is only known where the event says the name."""
    project, who = openai.projects()[0]["id"], openai.users()[2]["id"]
    of_project = openai.add_project_key(project, who, name="Nightly")["id"]
    of_all = openai.add_admin_key(ada["id"], name="Nightly")["id"]
    minute()
    openai.faults(key_name_events=told)
    openai.change_project_key(project, of_project, name="Hourly", by=ada["email"])
    openai.change_admin_key(of_all, name="Hourly", by=ada["email"])
    at = now()
    openai.forget_requests()
    minute()
    assert asked(openai) == {f"projects/{project}/api_keys", "admin_api_keys"}
    for key in Credential.objects.filter(external_id__in=[of_project, of_all]):
        step = key.changes.get(kind="changed")
        assert (step.field, step.before, step.after) == ("name", "Nightly", "Hourly")
        if told == "named":
            assert (second(step.at), step.known_by) == (second(at), "audit_event")
            assert by("credential_change", step) == ada["id"]
        else:
            assert (step.not_before < at < step.at, step.known_by) == (True, "between_reads")
