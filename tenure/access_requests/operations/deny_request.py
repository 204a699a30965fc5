from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import answering, asking, queries, rules
from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover, RequestEvent
from tenure.access_requests.timeline import note
from tenure.audit import operations as audit
from tenure.lib.actor import Actor


@transaction.atomic
def deny_request(
    *, ref: UUID | str, reason: str, version: int | None = None, actor: Actor
) -> AccessRequest:
    """Say no, and why: one of those who are asked is enough. It is over with that."""
    actor.require("requests.decide")
    request = queries.request_to_change(ref, actor=actor)
    asked = answering.asked_now(request, actor=actor)
    at = asked.at
    rules.check_version(request.version, seen=version, name=str(request))
    said = rules.check_words(
        reason,
        why="Say why not: whoever asked reads it.",
        field="reason",
        longest=rules.LONGEST_REASON,
    )
    answering.record(asked, AskedApprover.Answer.DENIED, words=said, actor=actor)
    asked.step.state, asked.step.answered_at = ApprovalStep.State.DENIED, at
    asked.step.save(update_fields=["state", "answered_at"])
    asking.drop_rest(request)
    request.state, request.state_reason = AccessRequest.State.DENIED, said
    request.over_at, request.version = at, request.version + 1
    request.save(update_fields=["state", "state_reason", "over_at", "version"])
    note(request, RequestEvent.Kind.DENIED, text=said, actor=actor)
    audit.record(
        "access_request.denied",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"title": request.title, "person": str(request.person), "reason": said},
        number=str(request),
        step=asked.step.position,
        in_place_of=str(asked.row.person.ref) if asked.row.person != asked.human else None,
    )
    return request
