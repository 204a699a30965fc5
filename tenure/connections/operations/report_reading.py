from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import health, queries
from tenure.connections.health import Outcome
from tenure.connections.models import Connection
from tenure.connections.telling import moment, tell
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.webhooks.publishing import publish


@transaction.atomic
def report_reading(*, ref: UUID | str, outcome: Outcome, actor: Actor) -> Connection:
    """Let a connection live through one reading of it: degraded, failing, or well again.

    Owner and admins are told once that it fails and once that it recovered. Routine is not
    recorded; a change of state is. Call it in the transaction that closes the run.
    """
    actor.require("accounts.sync", connection=str(ref))
    connection = queries.connection_to_judge(ref, actor=actor)
    before = connection.health
    after = health.after(outcome, before)
    if after != before:
        connection.save(update_fields=connection.live_through(after, at=now()))
    if event := health.event(before=before.state, after=after.state):
        publish(
            f"connection.{event}",
            "connection",
            [connection.ref],
            connection=connection.ref,
            data={"before": before.state, "state": connection.state},
        )
        audit.record(
            f"connection.{event}",
            actor=actor,
            subject=connection,
            text={"name": connection.name, "reason": after.reason},
            before=before.state,
            after=after.state,
            strikes=after.strikes or before.strikes,
            failure=after.failure_kind or before.failure_kind,
        )
    _tell(connection, outcome, actor=actor)
    return connection


def _tell(connection: Connection, outcome: Outcome, *, actor: Actor) -> None:
    message = health.message(
        could_read=outcome.could_read,
        state=connection.state,
        was_told=connection.failure_told_at is not None,
    )
    if message is None:
        return
    since = connection.first_strike_at or outcome.at
    tell(
        f"connection_{message}",
        connection,
        to=queries.users_to_tell(connection, actor=actor),
        since=moment(since),
        reason=connection.state_reason or "Everything Tenure asks for can be read.",
        actor=actor,
    )
    connection.failure_told_at = now() if message == "failing" else None
    connection.save(update_fields=["failure_told_at"])
