"""Every endpoint keeps its promise whatever is sent to it, for each of the six roles.

Requests are made up from the OpenAPI document; each is made by everybody who may not make it, and
by one who may. Each token has every scope; its user has since got the role that is tried.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import cache

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from tenure.access_requests.tests.asked import make_request
from tenure.api.assembly import document
from tenure.api.tests.conftest import secret_of
from tenure.compliance.models import Finding
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.compliance.operations.run_tests import run_tests
from tenure.config.wsgi import application
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.operations.set_linking_domain import set_linking_domain
from tenure.lib.clock import now
from tenure.offboarding.operations.open_case import open_case
from tenure.people.models import PeopleSource
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.merge_people import merge_people
from tenure.provisioning import planned
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.reviews.tests.campaigns import make_campaign
from tenure.testing.cast import CAST, HERE, actor_of, user_of
from tenure.testing.environment import IS_POSTGRESQL
from tenure.testing.factories import (
    give_group,
    link,
    make_account,
    make_connection,
    make_credential,
    make_evidence,
    make_group,
    make_member,
    make_people_source,
    make_person,
    make_project,
    put_in_group,
)
from tenure.testing.lengths import length
from tenure.testing.webhooks import webhook_endpoint
from tenure.users.models import RoleAssignment
from tenure.users.rules import BASELINE, PERMISSION_SETS
from tenure.users.scopes import SCOPES

pytestmark = pytest.mark.django_db
# Of the shortest the databases are asked the same; the rest is up to what stands before them.
EXAMPLES = length(1 if IS_POSTGRESQL else 2, full=50)
# What somebody is answered who may not: nothing of it, not even that it was asked wrongly.
REFUSED = (401, 403, 404, 405)
# Whether the document alone tells what is refused: it cannot, of signed cursors; and a wrong ref
# that we have put right ourselves is no longer one to refuse.
NOT_ASKED = [positive_data_acceptance, negative_data_rejection]
ROLES = [name for name in CAST if name != "oscar"]
# By the slice they are in, whose tests share what is there.
ENDPOINTS = defaultdict(list)
for _path, _methods in document()["paths"].items():
    ENDPOINTS[_path.split("/")[3]] += [(method, _path) for method in _methods]


@cache
def schema():
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(autouse=True)
def one_transaction(db):
    """A request ends without closing the connection in whose transaction this test runs."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secrets(settings) -> dict[str, str]:
    """Tokens with every scope, of users who have their own role only by now."""
    settings.TENURE_API_REQUESTS_PER_MINUTE = 1_000_000
    made = {}
    for name in ROLES:
        once = RoleAssignment.objects.create(
            user=user_of(name), permission_set="admin", connection_ref=HERE, granted_by="system"
        )
        made[name] = secret_of(name, list(SCOPES))
        once.delete()
    return made


@pytest.fixture
def refs(db) -> dict[str, list[str]]:
    """A little of everything, and its refs by what stands before them in an address."""
    make_people_source()
    connection = make_connection()
    leaver = make_person("Noor el-Amin", ends_on=now().date() - timedelta(days=5))
    accounts = [make_account(connection, person=leaver), make_account(connection)]
    suggestion = link(accounts[1], make_person(), state="proposed")
    project = make_project(connection)
    make_member(project, accounts[0])
    group = make_group(connection)
    put_in_group(group, accounts[0])
    role = give_group(group, project).entitlement
    keys = [make_credential(project, accounts[0]), make_credential(project, None)]
    mara, ada = actor_of("mara"), actor_of("ada")
    run_tests(actor=mara)
    same, today = make_person(), now().date()
    merge = merge_people(
        kept_ref=leaver.ref,
        merged_ref=make_person().ref,
        counts="kept",
        is_confirmed=True,
        actor=mara,
    )
    delegation = add_delegation(
        person_ref=leaver.ref, email=same.email, from_day=today, until_day=today, actor=mara
    )
    domain = set_linking_domain(
        name="mail.example", ignores_tags=True, ignores_dots=False, actor=ada
    )
    holiday = add_holiday(on=today, name="Midsummer", actor=ada)
    run = request_sync(connection_ref=connection.ref, actor=ada)
    case = open_case(person_ref=leaver.ref, actor=ada)
    campaign = make_campaign(connection)
    plans = [planned.of_member(accounts[1])]
    (operation,) = plan_operations(plans=plans, cause=planned.Cause(), actor=ada)
    bundle = make_evidence()
    return {
        "webhook-endpoints": [str(webhook_endpoint().ref)],
        "connections": [str(connection.ref)],
        "runs": [str(run.ref)],
        "accounts": [str(account.ref) for account in accounts],
        "link-suggestions": [str(suggestion.ref)],
        "people": [str(leaver.ref), str(same.ref)],
        "projects": [str(project.ref)],
        "groups": [str(group.ref)],
        "roles": [str(role.ref)],
        "credentials": [str(key.ref) for key in keys],
        "findings": [str(ref) for ref in Finding.objects.values_list("ref", flat=True)],
        "tests": ["accounts-linked", "leavers-deprovisioned"],
        "sources": [str(ref) for ref in PeopleSource.objects.values_list("ref", flat=True)],
        "merges": [str(merge.ref)],
        "delegations": [str(delegation.ref)],
        "linking-domains": [str(domain.ref)],
        "holidays": [str(holiday.ref)],
        "offboardings": [str(case.ref)],
        "offboarding-items": [str(item.ref) for item in case.items.all()],
        "campaigns": [str(campaign.ref)],
        "review-items": [str(item.ref) for item in campaign.snapshot.items.all()[:5]],
        "requests": [str(make_request(connection).ref)],
        "catalogue": [str(project.ref)],
        "operations": [str(operation.ref)],
        "evidence": [str(bundle.ref)],
    }


@pytest.mark.parametrize("slice_", sorted(ENDPOINTS))
def test_they_keep_their_promise(slice_, refs, secrets):
    for method, path in ENDPOINTS[slice_]:
        with transaction.atomic():
            try_out(method, path, refs, secrets)
            transaction.set_rollback(True)


def try_out(method: str, path: str, refs: dict[str, list[str]], secrets: dict[str, str]) -> None:
    operation = schema()[path][method.upper()]
    there = refs.get(path.partition("/{")[0].rpartition("/")[2], [])
    permission = document()["paths"][path][method]["x-permission"]
    held = {name: PERMISSION_SETS[CAST[name][1]] | BASELINE for name in ROLES}
    refused = [name for name in ROLES if permission not in held[name]]
    served = [name for name in ROLES if name not in refused]

    @hypothesis.given(
        case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)),
        role=st.sampled_from(served),
        ref=st.sampled_from([*there, None]),
    )
    @hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def ask(case, role, ref):
        for name in ("ref", "slug"):
            if ref is not None and name in case.path_parameters:
                case.path_parameters[name] = ref
        for name in (*refused, role):
            headers = {"Authorization": f"Bearer {secrets[name]}"}
            answer = case.call(headers=headers)
            case.validate_response(answer, headers=headers, excluded_checks=NOT_ASKED)
            assert name == role or answer.status_code in REFUSED, (name, answer.status_code)

    ask()
