"""Every page asks the database fewer than ten questions, however it is reached and by whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.access_requests.models import AccessRequest, ApprovalPolicy, ApproverGroup
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.operations.submit_request import submit_request
from tenure.access_requests.policy_rules import DEFAULT
from tenure.access_requests.writing import PolicyWords
from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Entitlement, Resource
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.clock import now
from tenure.offboarding.operations.open_case import open_case
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.planned import Cause, of_member
from tenure.reviews.models import Campaign, ReviewItem
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.settings_of import Settings
from tenure.testing.cast import actor_of, ref_of, user_of
from tenure.testing.factories import (
    give_group,
    make_account,
    make_connection,
    make_credential,
    make_evidence,
    make_group,
    make_invitation,
    make_member,
    make_people_source,
    make_person,
    make_project,
    put_in_group,
)
from tenure.testing.webhooks import webhook_endpoint
from tenure.webhooks.operations.try_webhook_endpoint import try_webhook_endpoint
from tests.architecture.test_permissions import all_patterns

MOST = 9
# Not a page, or one that a test cannot open just so: why.
NOT_LOOKED_AT = {
    "auth/": "the sign-in library's; most send elsewhere what is signed in",
    "styleguide": "for developers",
}


@pytest.fixture
def refs(db) -> dict[str, str]:
    """A little of everything, and its refs by the name of the slice and the kind of page."""
    make_people_source()
    connection = make_connection()
    leaver = make_person("Noor el-Amin", ends_on=now().date() - timedelta(days=5))
    account = make_account(connection, person=leaver)
    for number in range(12):
        make_account(connection, person=make_person() if number % 2 else None)
    make_invitation(connection, leaver.email)
    project = make_project(connection)
    make_member(project, account, ended_at=now())
    make_member(project, account, role="owner")
    group = make_group(connection)
    put_in_group(group, account)
    role = give_group(group, project).entitlement
    credential = make_credential(project, account)
    run_tests(actor=actor_of("mara"))
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    user_of("hugo")
    case = open_case(person_ref=leaver.ref, actor=actor_of("mara"))
    (operation,) = plan_operations(
        plans=[of_member(account, person=leaver)], cause=Cause(), actor=actor_of("mara")
    )
    bundle = make_evidence()
    campaign = _staged(connection)
    asked = _asked(connection)
    endpoint = webhook_endpoint()
    try_webhook_endpoint(ref=endpoint.ref, actor=actor_of("ada"))
    return {
        "requests/": str(asked.ref),
        "requests/catalogue/": str(asked.resource.ref),
        "requests/policies/": str(ApprovalPolicy.objects.get().ref),
        "requests/approvers/": str(ApproverGroup.objects.get().ref),
        "reviews/": str(campaign.ref),
        "reviews/items/": str(ReviewItem.objects.first().ref),
        "webhooks/": str(endpoint.ref),
        "offboarding/of/": str(leaver.ref),
        "operations/brake/": str(connection.ref),
        "offboarding/": str(case.ref),
        "operations/": str(operation.ref),
        "connections/": str(connection.ref),
        "runs/": str(run.ref),
        "accounts/": str(account.ref),
        "people/": str(leaver.ref),
        "projects/": str(project.ref),
        "groups/": str(group.ref),
        "roles/": str(role.ref),
        "credentials/": str(credential.ref),
        "findings/": str(Finding.objects.first().ref),
        "users/": str(ref_of("hugo")),
        "evidence/new/": "population",
        "evidence/": str(bundle.ref),
    }


def _asked(connection: Connection) -> AccessRequest:
    """Somebody who is here asks for a group, of whoever manages requests."""
    user = user_of("mara")
    mara, newcomer = make_person(user.name, email=user.email, user=user), make_person()
    save_approver_group(name="Spending", people=[mara.ref], actor=actor_of("mara"))
    save_policy(
        words=PolicyWords(name="Two", rules=DEFAULT, is_default=True), actor=actor_of("mara")
    )
    return submit_request(
        resource=make_group(connection).ref,
        person=newcomer.ref,
        reason="For the batch",
        days=30,
        actor=actor_of("mara"),
    )


def _staged(connection: Connection) -> Campaign:
    settings = Settings(
        title="Q4 access review",
        connections=[connection.ref],
        due_at=now() + timedelta(days=14),
        rule="manager",
    )
    campaign = create_campaign(settings=settings, actor=actor_of("mara"))
    return stage_campaign(ref=campaign.ref, override_reason="A test", actor=actor_of("mara"))


def addresses(refs: dict[str, str]) -> list[str]:
    """Every address of ours that answers GET, with real refs in it."""
    found = []
    for route, _ in all_patterns():
        if route.startswith(tuple(NOT_LOOKED_AT)) or route.endswith(("/delete", "/revoke")):
            continue

        def fill(match: re.Match[str], route: str = route) -> str:
            before = route[: match.start()]
            return next((ref for name, ref in refs.items() if before.endswith(name)), "openai")

        path = "/" + re.sub(r"<(?:\w+:)?\w+>", fill, route).replace("^", "").replace("$", "")
        found.append(path.replace("/tests/openai", "/tests/leavers-deprovisioned"))
    return sorted(set(found))


@pytest.mark.parametrize("who", ["ada", "aud"])
def test_no_page_asks_ten_questions(client_of, refs, who):
    client, opened, over = client_of(who), [], {}
    for path in addresses(refs):
        with CaptureQueriesContext(database) as queries:
            answer = client.get(path)
        if answer.status_code != 200:
            continue
        if len(queries) > MOST:  # what is asked once in the life of a process is no page's question
            with CaptureQueriesContext(database) as queries:
                client.get(path)
        opened.append(path)
        if len(queries) > MOST:
            over[path] = len(queries)
    assert over == {}
    assert len(opened) > 20, opened


def test_a_page_of_many_rows_asks_no_more_than_one_of_few(client_of, refs):
    client = client_of("ada")

    def questions(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(database) as queries:
            client.get(path)
        return len(queries)

    paths = ("/", "/accounts", "/people", "/tests", "/tests/accounts-linked", "/connections")
    paths += ("/projects", f"/projects/{refs['projects/']}", f"/accounts/{refs['accounts/']}")
    paths += (f"/people/{refs['people/']}", "/credentials", "/entitlements", "/entitlements/roles")
    paths += (f"/credentials/{refs['credentials/']}", f"/entitlements/groups/{refs['groups/']}")
    paths += (f"/entitlements/roles/{refs['roles/']}", "/requests?show=all", "/requests/catalogue")
    before = {path: questions(path) for path in paths}
    connection = make_connection()
    for number in range(40):
        make_account(connection, person=make_person() if number % 2 else None)
    _grow(refs)
    run_tests(actor=actor_of("mara"))
    assert {path: questions(path) for path in paths} == before


def _grow(refs: dict[str, str]) -> None:
    """Many projects, one of them with many members, and somebody who reaches all of them; many
    groups, one of them with many members and rights, and as many keys."""
    project = Resource.objects.get(ref=refs["projects/"])
    account = Account.objects.get(ref=refs["accounts/"])
    for _ in range(20):
        make_member(make_project(project.connection), account)
        make_member(project, make_account(project.connection, person=make_person()))
    group = Resource.objects.get(ref=refs["groups/"])
    role = Entitlement.objects.get(ref=refs["roles/"])
    for number in range(20):
        put_in_group(group, other := make_account(project.connection, person=make_person()))
        put_in_group(make_group(project.connection), account)
        give_group(group, make_project(project.connection))
        give_group(make_group(project.connection), role.resource)
        make_credential(project, other if number % 2 else None)
        make_credential(project, account)
