"""Connections as the API shows them; of their keys only what may be shown."""

from __future__ import annotations

from typing import Any, Self

from ninja import Schema

from tenure.lib.endpoints import Instant, PageOf


class KeyOut(Schema):
    """A stored key of a connection: never the key, only its last four characters."""

    purpose: str
    kind: str
    hint: str
    may_write: bool | None
    stored_at: Instant
    expires_at: Instant | None

    @classmethod
    def of(cls, key: Any) -> Self:  # noqa: ANN401 - a key without what is sealed
        return cls(
            purpose=key.purpose,
            kind=key.kind,
            hint=key.hint,
            may_write=key.may_write,
            stored_at=key.stored_at,
            expires_at=key.expires_at,
        )


class ConnectionOut(Schema):
    """One configured link to one organization at a provider."""

    ref: str
    name: str
    kind: str
    organization_id: str
    organization_name: str
    state: str
    state_reason: str
    state_since: Instant
    owner: str | None
    owner_has_left: bool
    removal_is_on: bool
    removal_policy: str
    brake_per_hour: int | None
    organization_accepted_at: Instant | None
    interval_minutes: int
    requests_per_minute: int | None
    connected_at: Instant | None
    validated_at: Instant | None
    keys: list[KeyOut]

    @classmethod
    def of(cls, connection: Any) -> Self:  # noqa: ANN401 - a connection with its keys
        return cls(
            ref=str(connection.ref),
            name=connection.name,
            kind=connection.kind,
            organization_id=connection.organization_id,
            organization_name=connection.organization_name,
            state=connection.state,
            state_reason=connection.state_reason,
            state_since=connection.state_changed_at,
            owner=connection.owner.email if connection.owner else None,
            owner_has_left=connection.owner_is_gone,
            removal_is_on=connection.removal_is_on,
            removal_policy=connection.removal_policy,
            brake_per_hour=connection.brake_per_hour,
            organization_accepted_at=connection.organization_accepted_at,
            interval_minutes=connection.interval_minutes,
            requests_per_minute=connection.requests_per_minute,
            connected_at=connection.connected_at,
            validated_at=connection.validated_at,
            keys=[KeyOut.of(key) for key in connection.keys.all()],
        )


class ConnectionPage(PageOf[ConnectionOut]):
    pass
