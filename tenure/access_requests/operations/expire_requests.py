from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, DateTimeField, F, Value

from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.access_requests.queries.carrying_out import run_out
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.rows import store_found
from tenure.webhooks.publishing import publish

State = AccessRequest.State
Ending = AccessRequest.Ending
_EVENT = ("request", "at", "kind", "by", "text")


@transaction.atomic
def expire_requests(*, actor: Actor) -> int:
    """Whose time is over does not hold from this moment on, in one statement however many they are.

    What each gave is taken back one by one after that (`begin_ending`), and is found again by its
    state if a worker dies in between. How many there were.
    """
    at = now()
    moved = run_out(at, actor=actor).update(
        state=State.ENDING,
        ending=Ending.EXPIRY,
        ending_at=at,
        state_reason="",
        version=F("version") + 1,
    )
    if not moved:
        return 0
    mine = AccessRequest.objects.filter(state=State.ENDING, ending=Ending.EXPIRY, ending_at=at)
    told = mine.values_list(
        "pk",
        Value(at, DateTimeField()),
        Value(RequestEvent.Kind.ENDING.value, CharField()),
        Value(actor.named[:100], CharField()),
        Value(Ending.EXPIRY.label, CharField()),
    )
    store_found(RequestEvent, _EVENT, told)
    publish("request.ending", "request", mine.values("ref"), data={"ending": Ending.EXPIRY.value})
    subject = audit.Subject("accessrequest", "several")
    audit.record("access_requests.expired", actor=actor, subject=subject, count=moved)
    return moved
