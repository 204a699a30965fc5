"""The life of a request, step by step, and who hears of it."""

from __future__ import annotations

from tenure.access_requests.models import AccessRequest, RequestComment, RequestEvent
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now, rfc3339
from tenure.webhooks.publishing import publish

MOVED, COMMENTED = "requests.moved", "requests.commented"
# States that somebody brought about; to the others the machinery moves it (`standing`).
_OF_PEOPLE = (RequestEvent.Kind.ASKED, RequestEvent.Kind.DENIED, RequestEvent.Kind.CANCELLED)


def note(request: AccessRequest, kind: str, *, text: str = "", actor: Actor) -> RequestEvent:
    """Write down what happened, and announce it. In a transaction."""
    event = RequestEvent.objects.create(
        request=request, at=now(), kind=kind, by=actor.named[:100], text=text[:500]
    )
    announce(MOVED, request_ref=str(request.ref), kind=str(kind))
    if kind in _OF_PEOPLE:
        publish_state(request)
    return event


def publish_state(request: AccessRequest, *, before: str = "") -> None:
    """The webhook event of the state it is in now."""
    publish(
        f"request.{request.state}",
        "request",
        [request.ref],
        connection=request.connection.ref,
        data={
            "before": before or None,
            "person": str(request.person.ref),
            "resource": str(request.resource.ref),
            "role": request.role or None,
            "ends_at": rfc3339(request.ends_at) if request.ends_at else None,
            "ending": request.ending or None,
        },
    )


def announce_comment(request: AccessRequest, comment: RequestComment) -> None:
    """Somebody said something: who is to hear of it is told. In a transaction."""
    announce(
        COMMENTED,
        request_ref=str(request.ref),
        comment_ref=str(comment.ref),
    )
