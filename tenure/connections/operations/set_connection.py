from __future__ import annotations

from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules
from tenure.connections.models import Connection
from tenure.lib.actor import Actor


class Settings(TypedDict, total=False):
    """What may be set; what is left out stays. `owner_ref` is a user's."""

    name: str
    owner_ref: UUID | str | None
    interval_minutes: int
    requests_per_minute: int | None
    removal_policy: str
    brake_per_hour: int | None


@transaction.atomic
def set_connection(*, ref: UUID | str, actor: Actor, **settings: Unpack[Settings]) -> Connection:
    """Change the name, the owner, how it is read, or how far removals go by themselves."""
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.next_state("change", connection.state, name=connection.name)
    before = _shown(connection)
    was_called = connection.name
    if "name" in settings:
        taken = queries.names_taken(actor=actor, besides=connection)
        connection.name = rules.check_free_name(settings["name"], taken)
    if "owner_ref" in settings:
        owner_ref = settings["owner_ref"]
        connection.owner = queries.owner_by_ref(owner_ref, actor=actor) if owner_ref else None
    if "interval_minutes" in settings:
        rules.check_interval(settings["interval_minutes"], is_uploaded=connection.is_uploaded)
        connection.interval_minutes = settings["interval_minutes"]
    if "requests_per_minute" in settings:
        rules.check_requests_per_minute(settings["requests_per_minute"])
        connection.requests_per_minute = settings["requests_per_minute"]
    if "removal_policy" in settings:
        connection.removal_policy = rules.check_removal_policy(settings["removal_policy"])
    if "brake_per_hour" in settings:
        rules.check_brake(settings["brake_per_hour"])
        connection.brake_per_hour = settings["brake_per_hour"]
    after = _shown(connection)
    changed = [field for field in after if after[field] != before[field]]
    if connection.name != was_called:
        changed.insert(0, "name")
    if not changed:
        return connection
    if "owner" in changed:
        connection.owner_absence_told_at = None
    connection.save(update_fields=[*changed, "owner_absence_told_at"])
    audit.record(
        "connection.changed",
        actor=actor,
        subject=connection,
        text={"name": connection.name, "was_called": was_called},
        fields=changed,
        before={field: before[field] for field in changed if field in before},
        after={field: after[field] for field in changed if field in after},
    )
    return connection


def _shown(connection: Connection) -> dict[str, str | int | None]:
    """The settings as the audit log may keep them: people by ref."""
    return {
        "owner": str(connection.owner.ref) if connection.owner else None,
        "interval_minutes": connection.interval_minutes,
        "requests_per_minute": connection.requests_per_minute,
        "removal_policy": connection.removal_policy,
        "brake_per_hour": connection.brake_per_hour,
    }
