"""The life of a request, step by step, and who hears of it."""

from __future__ import annotations

from tenure.access_requests.models import AccessRequest, RequestComment, RequestEvent
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now

MOVED, COMMENTED = "requests.moved", "requests.commented"


def note(request: AccessRequest, kind: str, *, text: str = "", actor: Actor) -> RequestEvent:
    """Write down what happened, and announce it. In a transaction."""
    event = RequestEvent.objects.create(
        request=request, at=now(), kind=kind, by=actor.named[:100], text=text[:500]
    )
    announce(MOVED, request_ref=str(request.ref), kind=str(kind))
    return event


def announce_comment(request: AccessRequest, comment: RequestComment) -> None:
    """Somebody said something: who is to hear of it is told. In a transaction."""
    announce(
        COMMENTED,
        request_ref=str(request.ref),
        comment_ref=str(comment.ref),
    )
