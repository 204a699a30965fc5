"""Workload identity: whose tokens are believed, and which of them act as which service account."""

from __future__ import annotations

from typing import Any

from tenure.simulator.openai import facts
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.model import FederationRule, IdentityProvider
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.shelf import Shelf

_PROVIDER, _RULE = "workload_identity_provider", "workload_identity_provider_mapping"


def make_identity_provider(
    organization: Organization,
    name: str,
    *,
    issuer: str,
    audience: str,
    actor: Actor | None,
    created_at: int | None = None,
    enabled: bool = True,
    description: str | None = None,
) -> IdentityProvider:
    made_at = organization.now() if created_at is None else created_at
    provider = IdentityProvider(
        id=organization.mint("wip_"),
        name=name,
        issuer=issuer,
        audience=audience,
        enabled=enabled,
        description=description,
        created_at=made_at,
        updated_at=made_at,
    )
    organization.identity_providers.add(provider)
    organization.federation_rules[provider.id] = Shelf()
    data = {"name": name, "issuer": issuer, "audience": audience}
    organization.record(f"{_PROVIDER}.created", actor, id=provider.id, data=data)
    return provider


def change_identity_provider(
    organization: Organization,
    provider: IdentityProvider,
    *,
    actor: Actor | None,
    **fields: Any,  # noqa: ANN401 - as the row has them
) -> None:
    """Other values of its fields."""
    now = organization.now()
    organization.identity_providers.update(provider, **fields, updated_at=now)
    organization.record(f"{_PROVIDER}.updated", actor, id=provider.id, changes_requested=fields)


def delete_identity_provider(
    organization: Organization, provider: IdentityProvider, *, faults: Faults, actor: Actor | None
) -> None:
    """Its rules go with it: nobody is let in by them any more."""
    for rule in list(organization.federation_rules[provider.id]):
        delete_federation_rule(organization, rule, faults=faults, actor=actor)
    now = organization.clock.now()
    organization.identity_providers.remove(provider.id, now=now, **faults.lags())
    organization.record(f"{_PROVIDER}.deleted", actor, id=provider.id, name=provider.name)


def make_federation_rule(
    organization: Organization,
    provider: IdentityProvider,
    *,
    project_id: str,
    service_account_id: str,
    matchers: dict[str, str | bool | int | float],
    actor: Actor | None,
    name: str | None = None,
    scopes: list[str] | None = None,
    enabled: bool = True,
    created_at: int | None = None,
) -> FederationRule:
    """Whoever holds a token that matches acts as the service account from now on."""
    made_at = organization.now() if created_at is None else created_at
    permissions: dict[str, object] = {"type": "service_account_default"}
    if scopes is not None:
        permissions = {"type": "restricted", "scopes": scopes}
    rule = FederationRule(
        id=organization.mint("wifr_"),
        name=name,
        workload_identity_provider_id=provider.id,
        project_id=project_id,
        service_account_id=service_account_id,
        attribute_matchers=matchers,
        permissions=permissions,
        enabled=enabled,
        created_at=made_at,
        updated_at=made_at,
    )
    organization.federation_rules[provider.id].add(rule)
    organization.begin(facts.federation_rule(rule), actor)
    _record(organization, "created", rule, actor, data={"name": name})
    return rule


def change_federation_rule(
    organization: Organization,
    rule: FederationRule,
    *,
    actor: Actor | None,
    **fields: Any,  # noqa: ANN401 - as the row has them
) -> None:
    """Other values of its fields; the service account stays what it is."""
    shelf = organization.federation_rules[rule.workload_identity_provider_id]
    shelf.update(rule, **fields, updated_at=organization.now())
    _record(organization, "updated", rule, actor, changes_requested=fields)


def delete_federation_rule(
    organization: Organization, rule: FederationRule, *, faults: Faults, actor: Actor | None
) -> None:
    shelf = organization.federation_rules[rule.workload_identity_provider_id]
    shelf.remove(rule.id, now=organization.clock.now(), **faults.lags())
    organization.end(facts.federation_rule(rule), actor, since=rule.created_at)
    whose = {"project_id": rule.project_id, "service_account_id": rule.service_account_id}
    _record(organization, "deleted", rule, actor, **whose)


def rules_of(organization: Organization, service_account_id: str) -> list[FederationRule]:
    """The rules by which somebody may act as a service account."""
    every = (rule for rules in organization.federation_rules.values() for rule in rules)
    return [rule for rule in every if rule.service_account_id == service_account_id]


def _record(
    organization: Organization,
    verb: str,
    rule: FederationRule,
    actor: Actor | None,
    **detail: Any,  # noqa: ANN401 - whatever the log says of it
) -> None:
    organization.record(
        f"{_RULE}.{verb}",
        actor,
        id=rule.id,
        identity_provider_id=rule.workload_identity_provider_id,
        **detail,
    )
