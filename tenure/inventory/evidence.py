"""What the inventory can prove: who had access on a day, and what was given in a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

from tenure.evidence.canonical import Row, instant, sort_key
from tenure.evidence.kinds import Asked, EvidenceKind, Part, Proof, Takes
from tenure.inventory import queries
from tenure.inventory.access_rules import is_privileged
from tenure.inventory.proving import scope_statements, sources_until
from tenure.inventory.queries.history import Ground, NotKnown
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.lib.errors import Conflict


class Access(Row, frozen=True):
    """A role that an account held; `projects` where it is one of that many at once."""

    organization: str
    connection: str
    provider_id: str
    email: str
    name: str
    account_kind: str
    person: str
    role: str
    on: str
    on_id: str
    path: str
    via: str
    projects: int
    since_at: str
    doubt_from_at: str | None
    doubt_until_at: str | None
    exception: str


class Unknown(Row, frozen=True):
    """A list of which nobody can tell what was on it then."""

    connection: str
    list: str
    known_since_at: str | None


class Given(Row, frozen=True):
    """Access that somebody came to have."""

    organization: str
    connection: str
    provider_id: str
    email: str
    name: str
    person: str
    what: str
    on: str
    on_id: str
    role_before: str
    role: str
    given_at: str
    not_before_at: str | None
    known_by: str
    given_by: str
    exception: str


def _population(asked: Asked, *, actor: Actor) -> Proof:
    ground = queries.ground_at(asked.ends_at, actor=actor)
    if not ground.known:
        raise Conflict("Nothing was known on that day; choose one after the first sync.")
    return Proof(
        title=f"Who had access on {asked.on}",
        parts=(
            Part(
                name="access",
                label="Access",
                says="Each role that an account held, with what gave it.",
                row=Access,
                rows=lambda: _access(ground, asked.ends_at, actor),
                shown={"email": 5, "person": 4, "role": 2, "on": 4, "path": 2, "since_at": 3},
                counts={
                    "roles of the organization": lambda row: row.on == "organization",
                    "owners of the organization": lambda row: (
                        row.on == "organization" and row.role == "owner" and not row.projects
                    ),
                    "roles of projects": lambda row: row.on != "organization",
                },
            ),
            Part(
                name="unknown",
                label="Not known",
                says="Lists that had not been read by then: what was on them, nobody can tell.",
                row=Unknown,
                rows=lambda: sorted(map(_unknown, ground.gaps), key=_by_list),
                shown={"connection": 3, "list": 4, "known_since_at": 3},
            ),
        ),
        scope=scope_statements(actor=actor),
        sources=sources_until(asked.ends_at, actor=actor),
    )


def _access(ground: Ground, at: datetime, actor: Actor) -> Iterator[Access]:
    for connection, held in queries.population_on(ground, at=at, actor=actor):
        doubt = held.between
        is_somebodys = held.kind in ("service", "shared") or held.person
        exception = "" if is_somebodys else "It belongs to nobody."
        if doubt is not None:
            exception = "It began or ended about then, between two reads: nobody can tell."
        yield Access(
            organization=connection.organization_id,
            connection=connection.name,
            provider_id=held.external_id,
            email=held.email,
            name=held.name,
            account_kind=held.kind,
            person=held.person,
            role=held.role,
            on=held.resource or ("every project" if held.projects else "organization"),
            on_id=held.resource_id or connection.organization_id,
            path=held.path,
            via=held.via,
            projects=held.projects,
            since_at=rfc3339(held.since),
            doubt_from_at=instant(doubt.not_before) if doubt else None,
            doubt_until_at=instant(doubt.at) if doubt else None,
            exception=exception,
        )


def _unknown(gap: NotKnown) -> Unknown:
    named = f"members of {gap.resource}" if gap.resource else "users"
    return Unknown(gap.connection, named, instant(gap.known_since))


def _by_list(row: Unknown) -> tuple[bytes, ...]:
    return sort_key(row.connection, row.list)


def _new_access(asked: Asked, *, actor: Actor) -> Proof:
    assert asked.begins_at is not None  # noqa: S101 - a kind that takes a window
    window = asked.begins_at, asked.ends_at
    return Proof(
        title=f"New access, {asked.first} to {asked.last}",
        parts=(
            Part(
                name="new-access",
                label="New access",
                says=(
                    "Accounts, roles and memberships that began. What was there at the first "
                    "reading of its list is left out: nobody can tell when that began."
                ),
                row=Given,
                rows=lambda: merge(
                    map(_of_account, queries.accounts_given(*window, actor=actor)),
                    map(_of_grant, queries.grants_given(*window, actor=actor)),
                    key=lambda row: sort_key(row.organization, row.provider_id, row.given_at),
                ),
                shown={"email": 4, "what": 2, "role": 2, "on": 3, "given_at": 3, "given_by": 3},
                counts={
                    "accounts": lambda row: row.what == "account",
                    "roles and memberships": lambda row: row.what != "account",
                    "that may give access to others": lambda row: is_privileged(
                        organization_role=row.role
                    ),
                },
            ),
        ),
        scope=scope_statements(actor=actor),
        sources=sources_until(asked.ends_at, actor=actor),
    )


def _of_account(step: Any) -> Given:  # noqa: ANN401 - a step with its annotations
    account = step.account
    is_new = step.kind != "changed"
    return Given(
        organization=step.organization,
        connection=account.connection.name,
        provider_id=account.external_id,
        email=account.email,
        name=account.name,
        person=step.person or "",
        what="account" if is_new else "role",
        on="organization",
        on_id=step.organization,
        role_before="" if is_new else step.before,
        role=account.role if is_new else step.after,
        given_at=rfc3339(step.at),
        not_before_at=instant(step.not_before),
        known_by=step.known_by,
        given_by=_giver(step),
        exception=_exception(step),
    )


def _of_grant(grant: Any) -> Given:  # noqa: ANN401 - a grant with its annotations
    resource, account = grant.entitlement.resource, grant.account
    is_membership = resource.kind == "group" or grant.entitlement.kind == "member"
    return Given(
        organization=grant.organization,
        connection=grant.collection.connection.name,
        provider_id=grant.principal_id,
        email=account.email if account else "",
        name=account.name if account else "",
        person=grant.person or "",
        what="membership" if is_membership else "role",
        on="organization" if resource.kind == "organization" else resource.name,
        on_id=resource.external_id,
        role_before="",
        role="member"
        if is_membership
        else (grant.entitlement.name or grant.entitlement.external_id),
        given_at=rfc3339(grant.began_at),
        not_before_at=instant(grant.began_not_before),
        known_by=grant.began_known_by,
        given_by=_giver(grant),
        exception=_exception(grant),
    )


def _giver(row: Any) -> str:  # noqa: ANN401 - as above
    """Who gave it, as the provider's log names them."""
    named = (row.by_actor_email, row.by_by_account__email, row.by_by_account__name)
    known = next(filter(None, named), "")
    return known or row.by_key_id or row.by_actor_id or row.by_actor_kind or ""


def _exception(row: Any) -> str:  # noqa: ANN401 - as above
    return "" if _giver(row) else "The provider's log does not say who gave it."


KINDS = (
    EvidenceKind(
        name="population",
        label="Population at a date",
        says="Everybody who could act in the organization at the end of a day, and by what.",
        takes=Takes.DAY,
        prove=_population,
        position=10,
    ),
    EvidenceKind(
        name="new-access",
        label="New access in a window",
        says="Accounts, roles and memberships that began, and who gave them.",
        takes=Takes.WINDOW,
        prove=_new_access,
        position=40,
    ),
)
