"""How a request moves: one conditional statement and one event, in one transaction."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.access_requests.timeline import MOVED, note, publish_state
from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict

State = AccessRequest.State
Kind = RequestEvent.Kind


def move(
    request: AccessRequest,
    to: AccessRequest.State,
    *,
    kind: RequestEvent.Kind,
    actor: Actor,
    text: str = "",
    **fields: Any,  # noqa: ANN401 - columns
) -> None:
    """From the state and version it was read in to another; Conflict when it moved meanwhile.

    Call it in a transaction. The fields are saved as given; what held it up is forgotten unless it
    is among them.
    """
    fields = {"state_reason": "", **fields}
    mine = AccessRequest.objects.filter(pk=request.pk, state=request.state, version=request.version)
    if not mine.update(state=to, version=F("version") + 1, **fields):
        raise Conflict(f"{request} has changed meanwhile; reload the page to see it as it is.")
    before, request.state, request.version = request.state, to, request.version + 1
    for name, value in fields.items():
        setattr(request, name, value)
    note(request, kind, actor=actor, text=text)
    audit.record(
        "access_request.moved",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"title": request.title, "person": str(request.person), "reason": text},
        number=str(request),
        before=before,
        after=to,
        ending=request.ending or None,
    )
    if to != before:
        publish_state(request, before=before)


def hold(request: AccessRequest, reason: str) -> bool:
    """It stays where it is, and says what it waits for; whether that is news."""
    if request.state_reason == reason[:500]:
        return False
    request.state_reason = reason[:500]
    request.save(update_fields=["state_reason"])
    announce(MOVED, request_ref=str(request.ref), kind="held")
    return True


def end(
    request: AccessRequest,
    because: AccessRequest.Ending,
    *,
    actor: Actor,
    reason: str = "",
) -> None:
    """From here on it is being taken back."""
    move(
        request,
        State.ENDING,
        kind=Kind.ENDING,
        actor=actor,
        text=reason or because.label,
        ending=because,
        ending_at=now(),
    )
