"""One request at a time: where it stands, and what is next. Asked again, nothing is done twice."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending, granting
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.carrying_out import request_to_carry_out
from tenure.access_requests.standing import end
from tenure.access_requests.verifying import verify
from tenure.lib.actor import Actor
from tenure.lib.clock import now

State = AccessRequest.State
Ending = AccessRequest.Ending
_GIVING = (State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE)


@transaction.atomic
def settle_request(*, ref: UUID | str, actor: Actor) -> AccessRequest:
    """See where a request stands, after an operation of it moved or something was read."""
    request = request_to_carry_out(ref, actor=actor)
    if request.state in _GIVING:
        granting.go_on(request, actor=actor)
    elif request.state in AccessRequest.GIVES:
        verify(request, actor=actor)
    elif request.state == State.ENDING:
        ending.go_on(request, actor=actor)
    return request


@transaction.atomic
def begin_ending(
    *,
    ref: UUID | str,
    because: AccessRequest.Ending = Ending.EXPIRY,
    reason: str = "",
    actor: Actor,
) -> AccessRequest:
    """Begin to take back what a request gave; one that is ending already goes on.

    Because its time is over, that must be so: it may have been extended meanwhile.
    """
    request = request_to_carry_out(ref, actor=actor)
    if request.state in (*_GIVING, *AccessRequest.GIVES):
        is_early = request.ends_at is None or request.ends_at > now()
        if because == Ending.EXPIRY and is_early:
            return request
        end(request, because, reason=reason, actor=actor)
    if request.state == State.ENDING:
        ending.go_on(request, actor=actor)
    return request
