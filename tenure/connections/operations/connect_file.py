from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules, uploading
from tenure.connections.models import Connection
from tenure.connections.uploading import Understood
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid
from tenure.users import queries as users

KIND = "file"


@transaction.atomic
def connect_file(
    *, what: Understood, name: str, owner_ref: UUID | str | None = None, actor: Actor
) -> Connection:
    """Connect a system by a file of its accounts; removals there are done by hand.

    One of this name that was disconnected goes on, history and links included; one that is
    connected now is a Conflict.
    """
    actor.require("connections.manage")
    uploading.check_has_accounts(what.table)
    system = name.strip()[: rules.NAME_LENGTH]
    if not system:
        raise Invalid("Name the system, such as Figma.", field="name")
    before = queries.connection_of_organization(KIND, system.casefold(), actor=actor)
    if before and before.state != Connection.State.DISCONNECTED:
        raise Conflict(f"{before.name} is connected already; upload a newer file to it instead.")
    connection = before or Connection(
        kind=KIND, organization_id=system.casefold(), created_at=now()
    )
    taken = queries.names_taken(actor=actor, besides=before)
    connection.name = rules.check_free_name(system, taken)
    connection.organization_name = system
    connection.state = rules.next_state("connect", before.state if before else "", name=system)
    connection.owner = queries.owner_by_ref(owner_ref, actor=actor) if owner_ref else None
    connection.requests_per_minute = None
    if before is None:
        connection.interval_minutes = rules.USUAL_UPLOAD_INTERVAL_MINUTES
    connection.removal_policy = Connection.RemovalPolicy.MANUAL
    connection.removal_is_on, connection.state_reason = False, ""
    connection.forget_everything_told()
    connection.connected_at = connection.state_changed_at = now()
    _save(connection)
    by = users.acting_user(actor=actor)
    uploading.keep(connection, what, uploaded_at=now(), uploaded_by=by)
    audit.record(
        "connection.file_connected",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        sha256=what.sha256,
        is_again=before is not None,
        accounts=len(what.table.accounts),
        rejected=len(what.table.rejected),
        aside=what.table.aside,
    )
    announce("connection.ready", connection_ref=str(connection.ref))
    return connection


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        raise Conflict(
            "Somebody else has just used this name; reload the list of connections."
        ) from None
