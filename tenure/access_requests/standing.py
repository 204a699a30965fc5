"""How a request moves: one conditional statement and one event, in one transaction."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now, rfc3339
from tenure.lib.errors import Conflict
from tenure.webhooks.publishing import publish

State = AccessRequest.State
Kind = RequestEvent.Kind
MOVED = "requests.moved"
# Of these the audit log hears when the machinery moves a request; people's own verbs are theirs.
_TOLD: dict[str, str] = {
    Kind.GIVING: "request.giving",
    Kind.INVITED: "request.invited",
    Kind.ACCEPTED: "request.accepted",
    Kind.PROVISIONED: "request.provisioned",
    Kind.VERIFIED: "request.verified",
    Kind.DIFFERS: "request.differs",
    Kind.EXTENDED: "request.extended",
    Kind.ENDING: "request.ending",
    Kind.OVER: "request.over",
    Kind.FAILED: "request.failed",
}


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
    if kind in _TOLD:
        audit.record(
            _TOLD[kind],
            actor=actor,
            subject=request,
            connection=request.connection,
            text={"title": request.title, "person": str(request.person), "reason": text},
            before=before,
            after=to,
            ending=request.ending,
        )
    if to != before:
        publish_state(request, before=before)
        announce(MOVED, request_ref=str(request.ref))


def note(
    request: AccessRequest, kind: RequestEvent.Kind, *, actor: Actor, text: str = ""
) -> RequestEvent:
    """One more line in the timeline of a request, in the transaction of what it tells."""
    return RequestEvent.objects.create(
        request=request, at=now(), kind=kind, by=actor.named[:100], text=text[:500]
    )


def hold(request: AccessRequest, reason: str) -> bool:
    """It stays where it is, and says what it waits for; whether that is news."""
    if request.state_reason == reason[:500]:
        return False
    request.state_reason = reason[:500]
    request.save(update_fields=["state_reason"])
    announce(MOVED, request_ref=str(request.ref))
    return True


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
