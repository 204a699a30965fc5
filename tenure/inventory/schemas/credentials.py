from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.inventory import access_wording, credential_wording, queries, timelines
from tenure.inventory.queries import CREDENTIAL_FILTERS, CREDENTIAL_SORTS
from tenure.inventory.records import as_json
from tenure.inventory.schemas.accounts import AccountOut, StepOut
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.endpoints import Instant, Named, PageOf, PageQuery, one_of


class CredentialsQuery(PageQuery):
    show: str = one_of(CREDENTIAL_FILTERS, "all", "Which keys, as on the page.")
    q: str = Field("", max_length=200, description="Part of a name, a key's end, owner or project.")
    sort: str = one_of(CREDENTIAL_SORTS, "name", "In which order; unknown instants come last.")


class OwnerOut(Schema):
    """Whom a key acts as. `account` is null where no list has them: then the key's own words are
    all there is. `has_access` is the provider's word on whether they still reach the project."""

    account: AccountOut | None
    external_id: str
    name: str
    has_access: bool | None


class CredentialOut(Schema):
    """A key, never its value; or a federation rule, which has none. Null instants are unknown, but
    for `expires_at`: that is never.

    `flags` say why somebody should look at it: leaver, orphaned, owner_gone, nobody, unowned,
    expiring, unused, 90 or 180 (days of age). Of a rule `provider` is whose tokens it lets in,
    `conditions` which of them, and `scopes` all that they may do, if not as much as the owner.
    """

    ref: str
    connection: Named
    external_id: str
    kind: str
    name: str
    hint: str
    state: str
    flags: list[str]
    owner: OwnerOut
    project: Named | None
    provider: str
    conditions: list[str]
    scopes: list[str]
    created_at: Instant | None
    expires_at: Instant | None
    last_used_at: Instant | None
    ended_at: Instant | None

    @classmethod
    def columns(cls, key: Any, *, at: datetime) -> dict[str, Any]:  # noqa: ANN401 - a key with its owner's account
        """What every shape of a key says of it."""
        return {
            "ref": str(key.ref),
            "connection": Named.of(key.connection),
            "external_id": key.external_id,
            "kind": key.kind,
            "name": key.name,
            "hint": key.hint,
            "state": credential_wording.state_of(key, at=at),
            "flags": list(credential_wording.flags_of(key, at=at)),
            "owner": OwnerOut(
                account=AccountOut.of(key.account) if key.account else None,
                external_id=key.principal_id,
                name=credential_wording.owner_name(key),
                has_access=key.owner_has_access,
            ),
            "project": Named.of(key.resource) if key.resource else None,
            "provider": credential_wording.trusted(key) if credential_wording.is_rule(key) else "",
            "conditions": key.conditions.splitlines(),
            "scopes": key.scopes.splitlines(),
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "last_used_at": key.last_used_at,
            "ended_at": key.ended_at,
        }

    @classmethod
    def of(cls, key: Any) -> CredentialOut:  # noqa: ANN401 - same
        return CredentialOut(**cls.columns(key, at=now()))


class CredentialPage(PageOf[CredentialOut]):
    pass


class CredentialDetail(CredentialOut):
    """A key with what it can do, in words; how it is known; and everything that happened to it."""

    reach: str
    since: Instant
    since_known: str
    read_at: Instant | None
    record: Any
    history: list[StepOut]

    @classmethod
    def about(cls, ref: UUID, *, actor: Actor) -> Self:
        key: Any
        at, (key, changes) = now(), queries.credential_by_ref(ref, actor=actor)
        steps = timelines.newest_first(credential_wording.steps_of(key, changes))
        return cls(
            **cls.columns(key, at=at),
            reach=credential_wording.reach(key, at=at),
            since=key.began_at,
            since_known=access_wording.known(
                at=key.began_at, not_before=key.began_not_before, known_by=key.began_known_by
            ),
            read_at=key.read_at,
            record=as_json(key.raw),
            history=[
                StepOut(at=step["at"], what=step["text"], known=step.get("note", ""))
                for step in steps
            ],
        )
