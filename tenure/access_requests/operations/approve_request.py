from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import answering, asking, granting, queries, rules
from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover, RequestEvent
from tenure.access_requests.timeline import note
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.people.neighbours import day_of


@transaction.atomic
def approve_request(
    *, ref: UUID | str, comment: str = "", version: int | None = None, actor: Actor
) -> AccessRequest:
    """Approve the step that waits for this person; with the last one, giving it begins.

    `version` is of the request as it was shown; Conflict when it is another by now.
    """
    actor.require("requests.decide")
    request = queries.request_to_change(ref, actor=actor)
    name = str(request)
    asked = answering.asked_now(request, actor=actor)
    at = asked.at
    rules.check_version(request.version, seen=version, name=name)
    rules.check_not_lapsed(request.until, today=day_of(at), name=name)
    words = rules.check_length_of(comment, field="comment")
    answering.record(asked, AskedApprover.Answer.APPROVED, words=words, actor=actor)
    is_through, is_last = answering.is_through(asked), False
    if is_through:
        asked.step.state, asked.step.answered_at = ApprovalStep.State.APPROVED, at
        asked.step.save(update_fields=["state", "answered_at"])
        is_last = asking.open_next(request, at=at, actor=actor) is None
        request.version += 1
        request.approved_at = at if is_last else None
        request.save(update_fields=["version", "approved_at"])
    note(request, RequestEvent.Kind.APPROVED, text=words, actor=actor)
    audit.record(
        "access_request.approved",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"title": request.title, "person": str(request.person), "comment": words},
        number=name,
        step=asked.step.position,
        in_place_of=str(asked.row.person.ref) if asked.row.person != asked.human else None,
        is_last=is_last,
    )
    if is_last:
        granting.provision(request, actor=actor)
    return request
