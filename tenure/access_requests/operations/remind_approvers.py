from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tenure.access_requests import queries, rules
from tenure.access_requests.models import RequestEvent
from tenure.access_requests.timeline import note
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import quantity

AT_MOST_EVERY = timedelta(hours=1)


@transaction.atomic
def remind_approvers(*, ref: UUID | str, actor: Actor) -> int:
    """Tell those who have not answered the open step again, at most once an hour; how many.

    Whoever asked may, and whom it is for; whoever manages requests; and the work of each minute.
    """
    request, at = queries.request_to_change(ref, actor=actor), now()
    if not queries.is_own(request, actor=actor):
        actor.require("requests.manage", connection=str(request.connection.ref))
    rules.check_verb("remind", request.state, name=str(request))
    step = queries.open_step(of=request)
    if step is None or (step.reminded_at is not None and at - step.reminded_at < AT_MOST_EVERY):
        return 0
    number = step.asked.filter(answer="", replaced_at=None).count()
    step.reminded_at = at
    step.save(update_fields=["reminded_at"])
    text = f"{quantity(number, 'approver')} of step {step.position}"
    note(request, RequestEvent.Kind.REMINDED, text=text, actor=actor)
    audit.record(
        "access_request.reminded",
        actor=actor,
        subject=request,
        connection=request.connection,
        number=str(request),
        count=number,
    )
    return number
