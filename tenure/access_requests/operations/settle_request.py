from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending, granting
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.carrying_out import request_to_carry_out
from tenure.access_requests.verifying import verify
from tenure.lib.actor import Actor

State = AccessRequest.State


@transaction.atomic
def settle_request(*, ref: UUID | str, actor: Actor) -> AccessRequest:
    """See where a request stands, after an operation of it moved or something was read; and do what
    is next. Asked again, it does nothing twice.
    """
    request = request_to_carry_out(ref, actor=actor)
    if request.state in (State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE):
        granting.go_on(request, actor=actor)
    elif request.state in AccessRequest.GIVES:
        verify(request, actor=actor)
    elif request.state == State.ENDING:
        ending.go_on(request, actor=actor)
    return request
