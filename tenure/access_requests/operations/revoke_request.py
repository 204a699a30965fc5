from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending, rules
from tenure.access_requests.granting_rules import check_can_end
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.carrying_out import request_to_revoke
from tenure.access_requests.standing import end
from tenure.audit import operations as audit
from tenure.lib.actor import Actor

_WHY = "Say why it is taken back: they read it."


@transaction.atomic
def revoke_request(
    *, ref: UUID | str, reason: str, version: int | None = None, actor: Actor
) -> AccessRequest:
    """Take back what a request gave before its end, for a reason that they read."""
    request = request_to_revoke(ref, actor=actor)
    said = rules.check_words(reason, why=_WHY, field="reason", longest=rules.LONGEST_REASON)
    rules.check_version(request.version, seen=version, name=str(request))
    check_can_end(request.state, title=request.title)
    end(request, AccessRequest.Ending.REVOKED, reason=said, actor=actor)
    audit.record(
        "access_request.revoked",
        actor=actor,
        subject=request,
        connection=request.connection,
        number=str(request),
        text={"title": request.title, "person": str(request.person), "reason": said},
    )
    ending.go_on(request, actor=actor)
    return request
