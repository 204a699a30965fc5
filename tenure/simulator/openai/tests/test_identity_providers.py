"""Workload identities are what the provider's SDK, which alone describes them, says they are."""

from __future__ import annotations

import pytest
from openai.types.admin.organization import WorkloadIdentityProvider
from openai.types.admin.organization.workload_identity_providers import FederationRule

PROVIDERS = "/organization/workload_identity_providers"


@pytest.fixture
def rules(openai) -> str:
    """The address of the rules of one of three providers; there are three of two machines."""
    project = openai.projects()[0]["id"]
    for name in ("deployer", "robot"):
        openai.add_service_account(project, name)
    for name in ("CI", "Cluster", "Laptops"):
        openai.add_identity_provider(name, issuer=f"https://{name}.example", audience="openai")
    for name, machine in (("a", "deployer"), ("b", "robot"), ("c", "deployer")):
        openai.add_federation_rule(
            "CI",
            name=name,
            project=project,
            service_account=machine,
            matchers={"sub": name, "protected": True, "depth": 2},
            scopes=["api.model.request"] if name == "b" else None,
        )
    return f"{PROVIDERS}/{openai.identity_providers()[0]['id']}/federation_rules"


def names(answer) -> list[str]:
    return [row["name"] for row in answer.json["data"]]


def test_every_row_is_what_the_sdk_expects(wire, rules):
    for path, model in ((PROVIDERS, WorkloadIdentityProvider), (rules, FederationRule)):
        listed = wire.get(path).json["data"]
        assert len(listed) == 3
        for row in listed:
            assert model.model_validate(row, strict=True).id == row["id"]
            assert wire.get(f"{path}/{row['id']}").json == row


def test_they_are_paged_in_either_order_and_rules_also_of_one_service_account(openai, wire, rules):
    assert len(wire.walk(PROVIDERS, 2)) == len(wire.walk(rules, 1)) == 3
    assert names(wire.get(f"{rules}?order=desc")) == ["c", "b", "a"]
    machine = openai.service_accounts(openai.projects()[0]["id"])[-2]
    assert names(wire.get(f"{rules}?service_account_id={machine['id']}")) == ["a", "c"]
    assert wire.get(f"{rules}?limit=101").status == 400


def test_what_is_not_there_and_what_a_key_may_not_read_is_refused(openai, wire, rules):
    assert wire.get(f"{PROVIDERS}/wip_none/federation_rules").status == 404
    assert wire.get(f"{rules}/wifr_none").status == 404
    key = openai.add_key(scopes=["api.groups.read"])
    assert wire.get(rules, key=key).status == 403
    assert wire.get(PROVIDERS, key=openai.personal_key).status == 403


def test_a_rule_goes_with_its_service_account_and_its_provider(openai, wire, rules):
    openai.remove_service_account(openai.projects()[0]["id"], "deployer")
    assert names(wire.get(rules)) == ["b"]
    openai.remove_identity_provider("CI")
    assert wire.get(rules).status == 404
    types = [event["type"] for event in wire.get("/organization/audit_logs?limit=100").json["data"]]
    assert types.count("workload_identity_provider_mapping.deleted") == 3
    assert types.count("workload_identity_provider.deleted") == 1
    ended = [one for one in openai.history() if one["end"] and one["fact"]["id"][:5] == "wifr_"]
    assert len(ended) == 3
