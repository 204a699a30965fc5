"""Providers of workload identities and the rules of each. Nothing but the SDK describes them."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply
from tenure.simulator.openai.endpoints import lookup
from tenure.simulator.openai.errors import not_found
from tenure.simulator.openai.model import FederationRule, IdentityProvider
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.shelf import R, Shelf

PATH = "/v1/organization/workload_identity_providers"
ONE = PATH + "/{provider_id}"
RULES = ONE + "/federation_rules"
RULE = RULES + "/{rule_id}"


def list_providers(call: Call) -> Reply:
    """P1k."""
    return cursor_page(call, _ordered(call, call.organization.identity_providers))


def get_provider(call: Call) -> Reply:
    shelf = call.organization.identity_providers
    return lookup.row(call, shelf, call.params["provider_id"], "Workload identity provider")


def list_rules(call: Call) -> Reply:
    """P1k, also of one service account alone."""
    rules = _rules(call)
    if whose := call.one("service_account_id"):
        rules = Shelf(rule for rule in rules if rule.service_account_id == whose)
    return cursor_page(call, _ordered(call, rules))


def get_rule(call: Call) -> Reply:
    return lookup.row(call, _rules(call), call.params["rule_id"], "Federation rule")


def _rules(call: Call) -> Shelf[FederationRule]:
    return call.organization.federation_rules[_provider(call).id]


def _provider(call: Call) -> IdentityProvider:
    found = call.organization.identity_providers.get(call.params["provider_id"])
    if found is None:
        raise not_found("Workload identity provider")
    return found


def _ordered(call: Call, shelf: Shelf[R]) -> Shelf[R]:
    return Shelf(reversed(list(shelf))) if call.one("order") == "desc" else shelf


ENDPOINTS = [
    Endpoint("GET", PATH, "identity_providers", list_providers),
    Endpoint("GET", ONE, "identity_providers", get_provider),
    Endpoint("GET", RULES, "federation_rules", list_rules),
    Endpoint("GET", RULE, "federation_rules", get_rule),
]
