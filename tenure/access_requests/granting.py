"""What an approved request becomes."""

from __future__ import annotations

from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.access_requests.timeline import note
from tenure.lib.actor import Actor


def provision(request: AccessRequest, *, actor: Actor) -> None:
    """Begin to give what was approved. In a transaction, with the request locked."""
    request.state = AccessRequest.State.PENDING_PROVISIONING
    request.save(update_fields=["state"])
    note(request, RequestEvent.Kind.GIVING, actor=actor)
