"""Facts as rows for the merge: what fits, what is cut, and what cannot be kept at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenure.connectors.facts import (
    AccountFact,
    ActivityFact,
    CredentialFact,
    EntitlementFact,
    Fact,
    GrantFact,
    InvitationFact,
    ResourceFact,
    SpendFact,
)
from tenure.lib.ids import uuid7s
from tenure.lib.staging import Kind, Value, storable
from tenure.lib.text import fold_email, quantity

# What every fact has, in front: see merge.statements.ARRIVING.
ACCOUNT_COLUMNS: Mapping[str, Kind] = {
    "email": "text",
    "email_key": "text",
    "name": "text",
    "role": "text",
    "kind": "text",
    "status": "text",
    "is_default": "flag",
    "is_scim_managed": "flag",
    "added_at": "instant",
    "key_last_used_at": "instant",
    "raw": "text",
}
INVITATION_COLUMNS: Mapping[str, Kind] = {
    "email": "text",
    "email_key": "text",
    "role": "text",
    "status": "text",
    "grants": "json",
    "added_at": "instant",
    "expires_at": "instant",
    "accepted_at": "instant",
    "raw": "text",
}
RESOURCE_COLUMNS: Mapping[str, Kind] = {
    "kind": "text",
    "name": "text",
    "added_at": "instant",
    "archived_at": "instant",
    "is_scim_managed": "flag",
    "terms": "text",
    "is_enabled": "flag",
    "raw": "text",
}
ENTITLEMENT_COLUMNS: Mapping[str, Kind] = {
    "provider_id": "text",
    "name": "text",
    "description": "text",
    "permissions": "text",
    "is_predefined": "flag",
    # No list says since when there is a role.
    "added_at": "instant",
    "raw": "text",
}
GRANT_COLUMNS: Mapping[str, Kind] = {
    "kind": "text",
    "role": "text",
    "principal_kind": "text",
    "principal_id": "text",
    "name": "text",
    "via_group_ids": "text",
    "added_at": "instant",
    "raw": "text",
}
CREDENTIAL_COLUMNS: Mapping[str, Kind] = {
    "kind": "text",
    "name": "text",
    "hint": "text",
    "principal_id": "text",
    "owner_name": "text",
    "owner_kind": "text",
    "owner_has_access": "flag",
    "project_id": "text",
    "conditions": "text",
    "scopes": "text",
    "is_enabled": "flag",
    "added_at": "instant",
    "expires_at": "instant",
    "last_used_at": "instant",
    "raw": "text",
}
ACTIVITY_COLUMNS: Mapping[str, Kind] = {
    "principal_id": "text",
    "source": "text",
    "kind": "text",
    "at": "instant",
    "precision": "text",
    "detail": "text",
    "raw": "text",
}
SPEND_COLUMNS: Mapping[str, Kind] = {
    "principal_id": "text",
    "key_id": "text",
    "project_id": "text",
    "amount": "number",
    "currency": "text",
    "raw": "text",
}
# As the tables declare them; PostgreSQL refuses longer ones.
_ID, _EMAIL, _NAME, _ROLE, _STATUS, _HINT, _CURRENCY = 200, 320, 300, 120, 40, 120, 8
_TERMS = 600
# What no column bounds is bounded here.
_TEXT = 20_000


@dataclass(slots=True)
class Arrivals:
    """The rows of one page; how many facts could not become one, and what to remark about it."""

    rows: list[tuple[Value, ...]] = field(default_factory=list)
    set_aside: int = 0
    remarks: list[str] = field(default_factory=list)


class _Fit:
    """Texts as a column can hold them; counts what it had to cut."""

    def __init__(self) -> None:
        self.cut = 0

    def __call__(self, text: str | None, longest: int) -> str:
        if not text:
            return ""
        if len(text) > longest:
            self.cut += 1
            text = text[:longest]
        return text if text.isprintable() else storable(text)


def arrivals(
    facts: Sequence[Fact],
    *,
    page: int,
    collection_id: int,
    resource_id: int | None,
    organization_id: int,
    fingerprint: Callable[[bytes], int],
) -> Arrivals:
    """Rows in the order of the columns, each with the ref it gets if it is new.

    `n` is the page until the merge numbers the rows. What is of no resource below it is of the
    organization, if it is a role or the holding of one.
    """
    made, fit = Arrivals(), _Fit()
    for fact, ref in zip(facts, uuid7s(len(facts)), strict=True):
        external_id = storable(fact.external_id)
        if len(external_id) > _ID:
            made.set_aside += 1
            continue
        own = _ROWS[type(fact)](fact, fit)
        raw = fact.raw.decode("utf-8", "replace")
        is_above = isinstance(fact, EntitlementFact | GrantFact) and fact.resource_id is None
        on = organization_id if is_above else resource_id
        made.rows.append(
            (page, collection_id, on, fingerprint(fact.raw), ref, external_id, *own, raw)
        )
    if made.set_aside:
        made.remarks.append(f"Set aside {quantity(made.set_aside, 'record')}: the id is too long.")
    if fit.cut:
        made.remarks.append(
            f"Cut {quantity(fit.cut, 'text')} too long to keep; the record has it whole."
        )
    return made


def _account(fact: AccountFact, fit: _Fit) -> tuple[Value, ...]:
    email = fit(fact.email, _EMAIL)
    return (
        email,
        fold_email(email)[:_EMAIL],
        fit(fact.name, _NAME),
        fit(fact.role, _ROLE),
        "service" if fact.is_service else "person",
        fact.status,
        fact.is_default,
        fact.is_scim_managed,
        fact.added_at,
        fact.last_used_at,
    )


def _invitation(fact: InvitationFact, fit: _Fit) -> tuple[Value, ...]:
    email = fit(fact.email, _EMAIL)
    return (
        email,
        fold_email(email)[:_EMAIL],
        fit(fact.role, _ROLE),
        fit(fact.status, _STATUS),
        [list(grant) for grant in fact.grants],
        fact.invited_at,
        fact.expires_at,
        fact.accepted_at,
    )


def _resource(fact: ResourceFact, fit: _Fit) -> tuple[Value, ...]:
    return (
        fact.kind,
        fit(fact.name, _NAME),
        fact.created_at,
        fact.archived_at,
        fact.is_scim_managed,
        fit(fact.terms, _TERMS),
        fact.is_enabled,
    )


def _entitlement(fact: EntitlementFact, fit: _Fit) -> tuple[Value, ...]:
    return (
        fit(fact.provider_id, _ID),
        fit(fact.name, _NAME),
        fit(fact.description, _TEXT),
        fit("\n".join(fact.permissions), _TEXT),
        fact.is_predefined,
        None,
    )


def _grant(fact: GrantFact, fit: _Fit) -> tuple[Value, ...]:
    return (
        fact.entitlement_kind,
        fit(fact.entitlement_id, _ROLE),
        fact.principal_kind,
        fit(fact.principal_id, _ID),
        fit(fact.principal_name, _NAME),
        fit(" ".join(fact.via_group_ids), _TEXT),
        fact.began_at,
    )


def _credential(fact: CredentialFact, fit: _Fit) -> tuple[Value, ...]:
    return (
        fact.kind,
        fit(fact.name, _NAME),
        fit(fact.hint, _HINT),
        fit(fact.owner_id, _ID),
        fit(fact.owner_name, _NAME),
        fact.owner_kind or "",
        fact.owner_has_access,
        fit(fact.resource_id, _ID),
        fit("\n".join(fact.conditions), _TEXT),
        fit("\n".join(fact.scopes or ("none",)) if fact.scopes is not None else "", _TEXT),
        fact.is_enabled,
        fact.created_at,
        fact.expires_at,
        fact.last_used_at,
    )


def _activity(fact: ActivityFact, fit: _Fit) -> tuple[Value, ...]:
    return (
        fit(fact.principal_id, _ID),
        fact.source,
        fact.kind,
        fact.at,
        fact.precision,
        fit(fact.detail, _ROLE),
    )


def _spend(fact: SpendFact, fit: _Fit) -> tuple[Value, ...]:
    ids = fact.principal_id, fact.credential_id, fact.resource_id
    return (*(fit(one, _ID) for one in ids), fact.micros, fit(fact.currency, _CURRENCY))


_ROWS: Mapping[type[Fact], Callable[[Any, _Fit], tuple[Value, ...]]] = {
    AccountFact: _account,
    InvitationFact: _invitation,
    ResourceFact: _resource,
    EntitlementFact: _entitlement,
    GrantFact: _grant,
    CredentialFact: _credential,
    ActivityFact: _activity,
    SpendFact: _spend,
}
