"""Rules by which a CI system or a cluster acts without a key, from the provider to the pages."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from tenure.inventory import queries, syncing
from tenure.inventory.credential_wording import reach, state_of
from tenure.inventory.lists.keys import credentials
from tenure.inventory.models import (
    Account,
    Credential,
    CredentialChange,
    Explanation,
    Resource,
    SyncRun,
)
from tenure.inventory.queries import CredentialsAsked
from tenure.inventory.schemas.credentials import CredentialsQuery
from tenure.inventory.tailing import follow_log
from tenure.lib.clock import now
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ISSUER, AUDIENCE = "https://ci.halden.example", "https://api.openai.com/v1"
MAIN = {"sub": "repo:halden/search:ref:refs/heads/main", "runner": 7, "protected": True}


@pytest.fixture(scope="session")
def _organization(small_organization):
    return small_organization


@pytest.fixture
def project(openai):
    project = openai.add_project("Deployment")["id"]
    openai.add_service_account(project, "deployer", created_at="-90d")
    rule = {"name": "Deploy", "project": project, "service_account": "deployer", "matchers": MAIN}
    openai.add_identity_provider(
        "CI", issuer=ISSUER, audience=AUDIENCE, created_at="-80d", rules=[rule]
    )
    return project


def the_rule() -> Credential:
    return Credential.objects.get(kind="federation_rule")


def shown(show: str) -> list[str]:
    page = queries.credential_page(CredentialsAsked(show=show, limit=100), actor=actor_of("ada"))
    return [key.name for key in page.rows if key.kind == "federation_rule"]


def told() -> Credential:
    return queries.credential_by_ref(the_rule().ref, actor=actor_of("ada"))[0]


def test_a_rule_is_read_with_whom_it_acts_as_and_on_what_conditions(openai, project, sync):
    run = sync()
    assert run.status == "complete"
    provider = Resource.objects.get(kind="identity_provider")
    assert (provider.name, provider.is_enabled) == ("CI", True)
    assert provider.terms == f"issued by {ISSUER} for {AUDIENCE}"
    rule = the_rule()
    machine = Account.objects.get(name="deployer")
    assert (rule.name, rule.owner, rule.owner_kind, rule.hint) == ("Deploy", machine, "service", "")
    assert rule.resource.external_id == project
    assert rule.collection.resource == provider
    assert rule.conditions.splitlines() == [
        "protected is true",
        "runner is 7",
        f"sub is {MAIN['sub']}",
    ]
    assert (rule.scopes, rule.is_enabled, rule.began_known_by) == ("", True, "provider")
    assert shown("federated") == shown("unowned") == ["Deploy"]
    assert shown("over") == []
    assert sync().changed == 0


def test_what_it_lets_somebody_do_is_said_in_a_sentence(openai, project, sync):
    sync()
    assert reach(told(), at=now()) == (
        f"Whoever has a token of CI (issued by {ISSUER} for {AUDIENCE}) in which protected is true "
        f"and runner is 7 and sub is {MAIN['sub']} acts as the service account deployer in "
        "Deployment, as far as its role allows. No key is needed."
    )
    permissions = {"type": "restricted", "scopes": ["api.model.request"]}
    openai.change_federation_rule("CI", "Deploy", permissions=permissions)
    sync()
    assert "with these scopes only: api.model.request." in reach(told(), at=now())
    openai.change_federation_rule("CI", "Deploy", permissions={"type": "restricted", "scopes": []})
    sync()
    assert "with these scopes only: none." in reach(told(), at=now())


def test_the_page_of_a_project_shows_the_rules_that_reach_it(openai, project, sync, client_of):
    other = openai.add_project("Elsewhere")["id"]
    sync()
    client = client_of("ada")

    def page(external_id: str) -> tuple[str, str]:
        ref = Resource.objects.get(external_id=external_id).ref
        address = reverse("inventory:project-rules", args=[ref])
        whole = client.get(reverse("inventory:project", args=[ref])).content.decode()
        return (address if address in whole else ""), client.get(address).content.decode()

    address, rules = page(project)
    assert address
    assert "Deploy" in rules
    assert "acts as the service account deployer in Deployment" in rules
    assert page(other) == ("", page(other)[1])
    assert "Deploy" not in page(other)[1]
    openai.change_federation_rule("CI", "Deploy", enabled=False)
    sync()
    assert page(project)[0] == ""


@pytest.mark.parametrize("what", ["the rule", "its provider"])
def test_what_is_switched_off_does_nothing_and_can_come_back(openai, project, sync, what):
    def switch(*, on: bool):
        if what == "the rule":
            openai.change_federation_rule("CI", "Deploy", enabled=on)
        else:
            openai.change_identity_provider("CI", enabled=on)
        sync()

    sync()
    switch(on=False)
    assert state_of(told(), at=now()) == "off"
    assert reach(told(), at=now()).startswith("Nothing while it")
    assert (shown("federated"), shown("over")) == ([], ["Deploy"])
    switch(on=True)
    assert state_of(told(), at=now()) == "active"
    assert (shown("federated"), shown("over")) == (["Deploy"], [])


def test_a_rule_ends_when_it_is_no_longer_listed(openai, project, sync):
    sync()
    openai.remove_federation_rule("CI", "Deploy")
    sync()
    assert the_rule().ended_at is not None


def test_rules_end_with_their_identity_provider(openai, project, sync):
    sync()
    openai.remove_identity_provider("CI")
    sync()
    assert Resource.objects.get(kind="identity_provider").ended_at is not None
    rule = the_rule()
    assert rule.ended_at is not None
    steps = CredentialChange.objects.filter(credential=rule, kind="ended")
    assert steps.count() == 1


def test_other_conditions_are_a_step_in_its_history(openai, project, sync):
    sync()
    openai.change_federation_rule("CI", "Deploy", attribute_matchers={"sub": "repo:halden/*"})
    sync()
    change = CredentialChange.objects.get(credential=the_rule(), kind="changed")
    assert (change.field, change.after) == ("conditions", "sub is repo:halden/*")


def test_where_the_provider_does_not_offer_it_nothing_is_amiss(openai, project, sync, connection):
    openai.faults(not_found="on@identity_providers")
    for _ in range(3):
        run = sync()
    assert run.status == "complete"
    row = run.collections.get(key="identity_providers")
    assert (row.state, row.reason) == (
        "skipped",
        "OpenAI does not offer this for the organization.",
    )
    connection.refresh_from_db()
    assert connection.state == "active"


@pytest.mark.parametrize("lacking", ["identity_providers", "federation_rules"])
def test_a_key_that_may_not_read_it_reads_all_the_rest(openai, project, sync, lacking):
    openai.faults(missing_scope=lacking)
    run = sync()
    states = {row.kind: row.state for row in run.collections.all()}
    assert states.pop(lacking) == "unavailable"
    assert set(states.values()) == {"complete"}


def test_the_log_has_new_rules_read_at_once_and_tells_who_made_them(
    openai, connection, project, sync
):
    with time_machine.travel(now()) as clock:
        sync()
        clock.shift(30)
        openai.add_federation_rule(
            "CI", name="Nightly", project=project, service_account="deployer", matchers={"sub": "n"}
        )
        clock.shift(1)
        follow_log(connection_ref=connection.ref, actor=actor_of("ada"))
        (run,) = SyncRun.objects.filter(status="queued")
        syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
        clock.shift(1)
        follow_log(connection_ref=connection.ref, actor=actor_of("ada"))
    made = Credential.objects.get(name="Nightly")
    assert Explanation.objects.filter(moment="credential_began", row_id=made.pk).exists()


def test_its_pages_say_what_it_is(openai, project, sync, words_of, client_of):
    sync()
    rule = the_rule()
    page = words_of(f"/credentials/{rule.ref}")
    for word in ("Federation rule", "Whoever has a token of CI", "deployer", "No key is needed"):
        assert word in page
    assert "Tokens of CI" in words_of("/credentials?show=federated")
    block = client_of("ada").get(reverse("inventory:account-holds", args=[rule.owner.ref]))
    assert "Tokens of CI" in block.text


def test_the_list_says_it_to_programs_and_spreadsheets(openai, project, sync):
    sync()
    (row,) = credentials(CredentialsQuery(show="federated"), actor=actor_of("ada")).rows
    assert (row.kind, row.provider, row.conditions[1]) == ("federation_rule", "CI", "runner is 7")
    assert row.flags == ["unowned"]
