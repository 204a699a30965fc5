from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending
from tenure.access_requests.models import AccessRequest, ApprovalStep, RequestEvent
from tenure.access_requests.queries.carrying_out import request_to_carry_out
from tenure.access_requests.standing import end, move
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import states
from tenure.people.models import Person

State = AccessRequest.State
_PENDING = "They may not hold access any more, so it is not needed."


@transaction.atomic
def end_for_leaver(*, ref: UUID | str, actor: Actor) -> AccessRequest:
    """Whoever it is for may hold no access any more: nothing is decided for them any longer, and
    what was given ends. Their offboarding takes it away with everything else.
    """
    request = request_to_carry_out(ref, actor=actor)
    out = states.may_not_hold_access(at=now())
    if not Person.objects.filter(out, pk=request.person.pk).exists():
        return request
    if request.state == State.PENDING_APPROVAL:
        open_ones = (ApprovalStep.State.AHEAD, ApprovalStep.State.OPEN)
        request.steps.filter(state__in=open_ones).update(state=ApprovalStep.State.DROPPED)
        fields = {"state_reason": _PENDING, "over_at": now()}
        kind = RequestEvent.Kind.CANCELLED
        move(request, State.CANCELLED, kind=kind, actor=actor, text=_PENDING, **fields)
    elif request.state in AccessRequest.OPEN and request.state != State.ENDING:
        end(request, AccessRequest.Ending.REVOKED, reason=ending.LEFT, actor=actor)
        ending.go_on(request, actor=actor)
    return request
