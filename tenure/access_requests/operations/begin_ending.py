from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.carrying_out import request_to_carry_out
from tenure.access_requests.standing import end
from tenure.lib.actor import Actor
from tenure.lib.clock import now

State = AccessRequest.State
_HOLDS = (State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE, *AccessRequest.GIVES)


@transaction.atomic
def begin_ending(
    *,
    ref: UUID | str,
    because: AccessRequest.Ending = AccessRequest.Ending.EXPIRY,
    reason: str = "",
    actor: Actor,
) -> AccessRequest:
    """Begin to take back what a request gave; one that is ending already goes on.

    Because its time is over, that must be so: it may have been extended meanwhile.
    """
    request = request_to_carry_out(ref, actor=actor)
    if request.state in _HOLDS:
        is_early = request.ends_at is None or request.ends_at > now()
        if because == AccessRequest.Ending.EXPIRY and is_early:
            return request
        end(request, because, reason=reason, actor=actor)
    if request.state == State.ENDING:
        ending.go_on(request, actor=actor)
    return request
