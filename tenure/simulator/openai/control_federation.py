"""The control endpoints for workload identities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from tenure.simulator.openai.company_file import CompanyIdentityProvider, CompanyRule
from tenure.simulator.openai.federation import (
    change_federation_rule,
    change_identity_provider,
    delete_federation_rule,
    delete_identity_provider,
)
from tenure.simulator.openai.finding import find_identity_provider, find_rule
from tenure.simulator.openai.furnishing_access import add_identity_provider, add_rule
from tenure.simulator.openai.simulator import Simulator

Body = dict[str, Any]


def _providers(simulator: Simulator, _request: Request, _body: Body) -> object:
    """Each with its rules."""
    organization = simulator.organization
    return {
        "identity_providers": [
            {**msgspec.to_builtins(one), "rules": list(organization.federation_rules[one.id])}
            for one in organization.identity_providers
        ]
    }


def _add_provider(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "issuer", "audience", "enabled", "rules": [...]}."""
    described = msgspec.convert({"created_at": "-0s", **body}, CompanyIdentityProvider)
    return add_identity_provider(simulator.organization, described, actor=request.state.actor)


def _change_provider(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "issuer", "audience", "enabled", "description"}."""
    organization, actor = simulator.organization, request.state.actor
    provider = find_identity_provider(organization, request.path_params["which"])
    change_identity_provider(organization, provider, actor=actor, **body)
    return provider


def _remove_provider(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, faults = simulator.organization, simulator.faults
    provider = find_identity_provider(organization, request.path_params["which"])
    delete_identity_provider(organization, provider, faults=faults, actor=request.state.actor)
    return {"removed": provider.id}


def _add_rule(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"project", "service_account", "name", "matchers": {...}, "scopes", "enabled"}."""
    organization, actor = simulator.organization, request.state.actor
    provider = find_identity_provider(organization, request.path_params["which"])
    described = msgspec.convert({"created_at": "-0s", **body}, CompanyRule)
    return add_rule(organization, provider, described, actor=actor)


def _change_rule(simulator: Simulator, request: Request, body: Body) -> object:
    """Body: {"name", "enabled", "attribute_matchers", "permissions", "description"}."""
    organization, actor = simulator.organization, request.state.actor
    provider = find_identity_provider(organization, request.path_params["which"])
    rule = find_rule(organization, provider.id, request.path_params["rule"])
    change_federation_rule(organization, rule, actor=actor, **body)
    return rule


def _remove_rule(simulator: Simulator, request: Request, _body: Body) -> object:
    organization, faults = simulator.organization, simulator.faults
    provider = find_identity_provider(organization, request.path_params["which"])
    rule = find_rule(organization, provider.id, request.path_params["rule"])
    delete_federation_rule(organization, rule, faults=faults, actor=request.state.actor)
    return {"removed": rule.id}


FEDERATION_VERBS: Mapping[str, Mapping[str, Callable[[Simulator, Request, Body], object]]] = {
    "/identity_providers": {"GET": _providers, "POST": _add_provider},
    "/identity_providers/{which}": {"POST": _change_provider, "DELETE": _remove_provider},
    "/identity_providers/{which}/rules": {"POST": _add_rule},
    "/identity_providers/{which}/rules/{rule}": {"POST": _change_rule, "DELETE": _remove_rule},
}
