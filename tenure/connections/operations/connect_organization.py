from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.connecting import Judged
from tenure.connections.models import Connection
from tenure.connectors.base import Validation
from tenure.connectors.registry import connectors
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.webhooks.publishing import publish

DEFAULT_REQUESTS_PER_MINUTE = 50


@transaction.atomic
def connect_organization(
    *,
    judged: Judged,
    name: str = "",
    owner_ref: UUID | str | None = None,
    requests_per_minute: int | None = DEFAULT_REQUESTS_PER_MINUTE,
    actor: Actor,
) -> Connection:
    """Store judged credentials as a connection and ask for its first sync; removal is off.

    An organization that was connected before continues the same connection, history and links
    included. One that is connected now is a Conflict.
    """
    actor.require("connections.manage")
    rules.check_requests_per_minute(requests_per_minute)
    credentials = judged.credentials
    before = queries.connection_of_organization(
        judged.kind, credentials.organization_id, actor=actor
    )
    connection = before or Connection(
        kind=judged.kind, organization_id=credentials.organization_id, created_at=now()
    )
    connection.state = rules.next_state(
        "connect", before.state if before else "", name=before.name if before else ""
    )
    connection.name = _name(name, connection, known=before is not None, judged=judged, actor=actor)
    connection.owner = queries.owner_by_ref(owner_ref, actor=actor) if owner_ref else None
    connection.base_url = credentials.base_url
    connection.organization_name = (judged.everyday.organization_name or "")[:200]
    connection.requests_per_minute = requests_per_minute
    connection.removal_is_on, connection.state_reason = False, ""
    connection.forget_everything_told()
    connection.connected_at = connection.state_changed_at = now()
    connection.remember(judged.everyday, at=now())
    _save(connection)
    _store_keys(connection, judged)
    publish(
        "connection.connected",
        "connection",
        [connection.ref],
        connection=connection.ref,
        data={"before": before.state if before else None, "state": connection.state},
    )
    audit.record(
        "connection.reconnected" if before else "connection.connected",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        kind=connection.kind,
        organization_id=connection.organization_id,
        key_kind=judged.everyday.key_kind,
        removal_key=judged.removal is not None,
    )
    announce("connection.ready", connection_ref=str(connection.ref))
    return connection


def _name(wanted: str, connection: Connection, *, known: bool, judged: Judged, actor: Actor) -> str:
    taken = queries.names_taken(actor=actor, besides=connection if known else None)
    if wanted:
        return rules.check_free_name(wanted, taken)
    if known:
        return connection.name
    return rules.free_name(connectors()[judged.kind].description.title, taken)


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        # Somebody connected the same organization, or took the name, a moment ago.
        raise Conflict(
            "Somebody else has just connected this organization or used this name; reload the list"
            " of connections."
        ) from None


def _store_keys(connection: Connection, judged: Judged) -> None:
    credentials = judged.credentials
    keyring.wipe_keys(connection)
    keyring.store_key(connection, keyring.Purpose.EVERYDAY, credentials.api_key, judged.everyday)
    if credentials.removal_key and judged.removal:
        _check_removal_key(judged.removal)
        keyring.store_key(
            connection, keyring.Purpose.REMOVAL, credentials.removal_key, judged.removal
        )


def _check_removal_key(validation: Validation) -> None:
    rules.check_removal_key(kind=validation.key_kind, proven=validation.may_write)
