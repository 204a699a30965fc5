"""Background work of connections."""

from __future__ import annotations

from django_tasks import task

from tenure.connections import queries
from tenure.connections.operations.tell_key_expiry import tell_key_expiry
from tenure.connections.operations.tell_owner_absence import tell_owner_absence
from tenure.jobs import current, schedule
from tenure.users.actors import TENURE


@task(queue_name="rest")
def look_after_connections() -> None:
    """Each hour: tell of keys that end, and of owners who left."""
    job = current()
    actor = job.actor if job else TENURE
    for connection in queries.connections_to_look_after(actor=actor):
        tell_key_expiry(ref=connection.ref, actor=actor)
        tell_owner_absence(ref=connection.ref, actor=actor)


schedule("connections-hourly", every=3600, task=look_after_connections)
