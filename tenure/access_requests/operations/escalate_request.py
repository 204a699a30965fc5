from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import asking, queries, rules
from tenure.access_requests.models import RequestEvent
from tenure.access_requests.timeline import note
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def escalate_request(*, ref: UUID | str, actor: Actor) -> bool:
    """Also ask whom the policy names, or who manages requests, when nobody answered the open step
    in time; once. Whether anybody was asked. Nothing is approved by the passing of time.
    """
    request, at = queries.request_to_mind(ref, actor=actor), now()
    rules.check_verb("escalate", request.state, name=str(request))
    step = queries.open_step(of=request)
    is_due = step is not None and step.due_at is not None and step.due_at <= at
    if step is None or not is_due or step.escalated_at is not None:
        return False
    to = asking.escalate(request, step, at=at)
    step.escalated_at = at
    step.save(update_fields=["escalated_at"])
    if not to:
        return False
    names = ", ".join(str(one.person) for one in to)
    text = f"Nobody answered step {step.position} in time: {names} asked as well."
    note(request, RequestEvent.Kind.ESCALATED, text=text, actor=actor)
    audit.record(
        "access_request.escalated",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"to": names},
        number=str(request),
        step=step.position,
    )
    return True
