from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import asking, queries, rules
from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.access_requests.timeline import note
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.neighbours import day_of

_WHY = "Nobody answered before the last day that was asked for."


@transaction.atomic
def lapse_request(*, ref: UUID | str, actor: Actor) -> bool:
    """End a request whose last day passed while it waited for approval; whether it did."""
    request, at = queries.request_to_mind(ref, actor=actor), now()
    if not rules.has_lapsed(request.until, today=day_of(at)):
        return False
    rules.check_verb("lapse", request.state, name=str(request))
    asking.drop_rest(request)
    request.state, request.state_reason = AccessRequest.State.CANCELLED, _WHY
    request.over_at, request.version = at, request.version + 1
    request.save(update_fields=["state", "state_reason", "over_at", "version"])
    note(request, RequestEvent.Kind.CANCELLED, text=_WHY, actor=actor)
    audit.record(
        "access_request.lapsed",
        actor=actor,
        subject=request,
        connection=request.connection,
        number=str(request),
    )
    return True
