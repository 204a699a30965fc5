from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import keyring, queries, rules
from tenure.connections.connecting import Judged
from tenure.connections.models import Connection
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def validate_connection(*, ref: UUID | str, judged: Judged, actor: Actor) -> Connection:
    """Keep what a new judgement of the stored keys has shown. Removal goes off if none may write.
    Conflict when other keys are stored by now. What ailed is read at once.

    `judged` comes from `connecting.judge_stored`, outside of any transaction.
    """
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    keyring.check_unchanged(connection, judged.credentials)
    before = connection.validation.get("key_kind")
    connection.remember(judged.everyday, at=now())
    keyring.remember(connection, keyring.Purpose.EVERYDAY, judged.everyday)
    if judged.removal:
        keyring.remember(connection, keyring.Purpose.REMOVAL, judged.removal)
    connection.removal_is_on = connection.removal_is_on and keyring.may_write(connection)
    connection.save(update_fields=["validation", "validated_at", "removal_is_on"])
    audit.record(
        "connection.validated",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        before=before,
        after=judged.everyday.key_kind,
        removal_is_on=connection.removal_is_on,
    )
    if connection.strikes or connection.state == Connection.State.DEGRADED:
        announce("connection.ready", connection_ref=str(connection.ref))
    return connection
