from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenure.access_requests.models import ApprovalPolicy, CatalogueEntry
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.submit_request import submit_request
from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.testing.beginnings import beginning
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_group,
    make_member,
    make_person,
    make_project,
)
from tenure.testing.machines import make_organization

WHO = ("ada", "mara", "sid", "rita", "hugo", "oscar")


def company():
    """A connection that Sid owns. Rita manages Hugo and Sid; Hugo has an account and Priya, of his
    department, is a member of the project `research`. There are another project, a group, and one
    that the directory keeps.
    """
    people = {}
    for who in WHO:
        user = user_of(who)
        manager = {"hugo": "rita@halden.example", "sid": "rita@halden.example"}.get(who, "")
        people[who] = make_person(
            user.name,
            email=user.email,
            user=user,
            manager_email_key=manager,
            department="Research" if who == "hugo" else "Platform",
        )
    people["priya"] = make_person(
        "Priya Raman", email="priya@halden.example", department="Research"
    )
    connection = make_connection(name="OpenAI", owner=user_of("sid"))
    accounts = {
        name: make_account(connection, person=people[name], external_id=f"user-{name}")
        for name in ("sid", "hugo", "priya")
    }
    Account.objects.filter(pk=accounts["sid"].pk).update(role="owner")
    research = make_project(connection, "research")
    make_member(research, accounts["priya"], "member")
    return SimpleNamespace(
        people=people,
        connection=connection,
        organization=make_organization(connection),
        accounts=accounts,
        research=research,
        search=make_project(connection, "search"),
        group=make_group(connection, "ML platform"),
        kept=make_group(connection, "Everybody", is_scim_managed=True),
    )


halden = beginning(company)


@pytest.fixture
def who(halden):
    """`who("rita")`: the actor, as the person they are in the directory."""
    return lambda name: actor_of(name, person_id=str(halden.people[name].ref))


@pytest.fixture
def ask(halden, who):
    """`ask("hugo")`: a request for a place in the project `research`, or what else is said."""

    def run(name: str = "hugo", **said):
        usual = {"resource": halden.research.ref, "role": "member", "reason": "For the batch"}
        if "until" not in said:
            usual["days"] = 30
        return submit_request(**{**usual, **said}, actor=who(name))

    return run


@pytest.fixture
def approve(who):
    """`approve(request, "rita", "sid")`: one after the other."""

    def run(request, *names: str):
        for name in names:
            request = approve_request(ref=request.ref, actor=who(name))
        return request

    return run


@pytest.fixture
def policy(halden):
    """`policy(steps=[["manager", "person:rita"]], needs="all", approves_itself={…})`."""

    def make(*, steps=(("manager",), ("system_owner",)), needs="any", approves_itself=None):
        written = [
            {
                "needs": needs,
                "approvers": [_approver(one, halden) for one in step],
            }
            for step in steps
        ]
        rules = {"steps": written, "approves_itself": approves_itself}
        return ApprovalPolicy.objects.create(
            name=f"Policy {ApprovalPolicy.objects.count()}",
            rules=rules,
            changed_at=now(),
            changed_by="A test",
        )

    return make


@pytest.fixture
def listed(halden):
    """`listed(resource, "owner", policy=…)`: it is offered, though it would not be."""

    def make(resource, role, **said):
        entry, _ = CatalogueEntry.objects.update_or_create(
            resource=resource,
            role=role,
            defaults={"listing": "listed", "changed_at": now(), "changed_by": "A test", **said},
        )
        return entry

    return make


def _approver(said, halden):
    """`manager`, `person:rita`, or `group=` and its ref."""
    kind, _, name = said.partition(":")
    if name:
        return {"kind": kind, "ref": str(halden.people[name].ref)}
    kind, _, ref = said.partition("=")
    return {"kind": kind, "ref": ref}
