"""Each list and each scope refused in turn: what needs it has no answer, and is never green."""

from __future__ import annotations

import time

import pytest
from openai import OpenAI

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.tests.approved import make_request
from tenure.compliance.catalog import catalogue
from tenure.compliance.explaining import sentence
from tenure.compliance.models import ComplianceTest, Finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import MARA
from tenure.connections.connecting import judge
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.connectors.registry import connectors
from tenure.inventory import syncing
from tenure.inventory.models import Resource
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.simulator.openai.running import running_simulator
from tenure.testing.beginnings import beginning
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_people_source, make_person
from tenure.testing.lengths import spread

pytestmark = pytest.mark.django_db
KINDS = [kind.kind for kind in connectors()["openai"].collection_kinds()]
OF_GROUPS = ("groups", "group_users", "group_roles")
# What each scope of a key opens, as the provider names them; `admin_keys` and the like are one.
SCOPES = {
    "api.management.read": tuple(kind for kind in KINDS if kind not in OF_GROUPS),
    "api.groups.read": OF_GROUPS,
    "api.usage.read": ("usage", "costs"),
}
REFUSED = {**{kind: (kind,) for kind in KINDS}, **SCOPES}


@pytest.fixture(scope="session")
def _organization():
    with running_simulator(
        users=8, projects=2, members=3, groups=2, keys=4, service_accounts=2, admin_keys=1
    ) as simulator:
        yield simulator


def used_yesterday(openai) -> None:
    """The organization as new, with users who used it."""
    openai.reset()
    for user in openai.users():
        openai.change_user(user["id"], api_key_last_used_at=int(time.time()) - 86_400)


@pytest.fixture
def openai(_organization):
    used_yesterday(_organization)
    yield _organization
    _organization.clear_faults()


def connected(_organization) -> Connection:
    """The organization, whose users are people, connected."""
    used_yesterday(_organization)
    make_people_source()
    for user in _organization.users():
        if not user["is_service_account"]:
            make_person(user["name"], email=user["email"])
    credentials = Credentials(
        organization_id=_organization.organization_id,
        api_key=_organization.admin_key,
        base_url=_organization.url,
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of("ada"))
    return connect_organization(
        judged=judged, name="OpenAI", requests_per_minute=None, actor=actor_of("ada")
    )


def states_of(connection: Connection) -> dict[str, ComplianceTest]:
    """Sync everything there is, ask every test, and what each of them says."""
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    link_accounts(actor=actor_of("ada"))
    if not AccessRequest.objects.exists():
        # Somebody has asked through Tenure, so that what follows from requests is judged.
        organization = Resource.objects.get(connection=connection, kind="organization")
        person = Person.objects.order_by("pk").first()
        make_request(person, organization, "reader", state="expired", over_at=now())
    run_tests(actor=MARA)
    return {row.slug: row for row in ComplianceTest.objects.all()}


def asked(_organization) -> tuple[Connection, dict[str, str]]:
    """The same, once it was synced, and what each test said."""
    connection = connected(_organization)
    said = {slug: row.state for slug, row in states_of(connection).items()}
    assert "invalid" not in said.values()
    return connection, said


connection, known = beginning(connected), beginning(asked)


@pytest.mark.parametrize("refused", spread([*REFUSED]))
def test_what_needs_a_list_that_is_refused_has_no_answer(openai, known, refused):
    connection, before = known
    openai.faults(missing_scope=",".join(REFUSED[refused]))
    for slug, row in states_of(connection).items():
        test = catalogue()[slug]
        if not set(REFUSED[refused]) & set(test.needs):
            expected = {before[slug]}
        elif before[slug] == "needs_attention" and not set(REFUSED[refused]) & set(
            test.collections
        ):
            # What fails is known to; that nothing else does is not.
            expected = {"needs_attention"}
        else:
            expected = {"invalid"}
        if slug != "connection-fresh":
            assert row.state in expected, (slug, row.state_reason)
        if row.state == "invalid":
            assert "cannot be read. This key lacks api." in row.state_reason
    if refused in SCOPES:
        openai.clear_faults()
        assert {slug: row.state for slug, row in states_of(connection).items()} == before


@pytest.mark.parametrize("scope", SCOPES)
def test_what_was_never_allowed_to_be_read_is_never_green(openai, connection, scope):
    openai.faults(missing_scope=",".join(SCOPES[scope]))
    for slug, row in states_of(connection).items():
        if set(SCOPES[scope]) & set(catalogue()[slug].needs):
            assert row.state == "invalid", slug


def test_a_key_that_the_default_listing_hides_is_found_and_explained(openai, connection):
    project = openai.projects()[0]
    mina = openai.add_user("mina.sol@halden.example", name="Mina Sol")["id"]
    openai.put_member(project["id"], mina)
    openai.add_project_key(project["id"], mina, name="Mina's laptop")
    openai.remove_member(project["id"], mina)
    assert states_of(connection)["orphaned-keys"].state == "needs_attention"
    finding = Finding.objects.get(test__slug="orphaned-keys", credential__name="Mina's laptop")
    said = f"The key Mina's laptop is still there in {project['name']}, which Mina Sol may use no"
    assert sentence(finding).startswith(said)
    client = OpenAI(admin_api_key=openai.admin_key, base_url=openai.url, max_retries=0)
    listing = client.admin.organization.projects.api_keys
    assert "Mina's laptop" not in {key.name for key in listing.list(project["id"])}
    every = listing.list(project["id"], owner_project_access="any")
    assert "Mina's laptop" in {key.name for key in every}
