from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import asking, queries, rules
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def replace_approvers(*, ref: UUID | str, actor: Actor) -> int:
    """Ask others in the place of those who cannot answer the open step any more; how many.

    Somebody who left, or is not what they were asked as; the policy stays what it was when the
    request was sent, but who is system owner, or in a group, is asked of today.
    """
    request, at = queries.request_to_mind(ref, actor=actor), now()
    rules.check_verb("replace", request.state, name=str(request))
    step = queries.open_step(of=request)
    number = asking.replace(request, step, at=at, actor=actor) if step else 0
    if number:
        audit.record(
            "access_request.replaced",
            actor=actor,
            subject=request,
            connection=request.connection,
            number=str(request),
            count=number,
        )
    return number
