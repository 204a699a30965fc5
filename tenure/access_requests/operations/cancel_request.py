from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import asking, queries, rules
from tenure.access_requests.models import AccessRequest, RequestEvent
from tenure.access_requests.timeline import note
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def cancel_request(
    *, ref: UUID | str, reason: str = "", version: int | None = None, actor: Actor
) -> AccessRequest:
    """Take a request back before it is approved: whoever asked, whom it is for, or a manager."""
    actor.require("requests.ask")
    request, at = queries.request_to_change(ref, actor=actor), now()
    rules.check_may_cancel(
        is_own=queries.is_own(request, actor=actor),
        manages=queries.may_manage(request, actor=actor),
    )
    rules.check_verb("cancel", request.state, name=str(request))
    rules.check_version(request.version, seen=version, name=str(request))
    said = rules.check_length_of(reason, field="reason", longest=rules.LONGEST_REASON)
    asking.drop_rest(request)
    request.state, request.state_reason = AccessRequest.State.CANCELLED, said
    request.over_at, request.version = at, request.version + 1
    request.save(update_fields=["state", "state_reason", "over_at", "version"])
    note(request, RequestEvent.Kind.CANCELLED, text=said, actor=actor)
    audit.record(
        "access_request.cancelled",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"title": request.title, "person": str(request.person), "reason": said},
        number=str(request),
    )
    return request
