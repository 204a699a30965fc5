from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending
from tenure.access_requests import granting_rules as rules
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.carrying_out import request_to_revoke
from tenure.access_requests.standing import end
from tenure.audit import operations as audit
from tenure.lib.actor import Actor


@transaction.atomic
def revoke_request(
    *, ref: UUID | str, reason: str, version: int | None = None, actor: Actor
) -> AccessRequest:
    """Take back what a request gave before its end, for a reason that they read."""
    request = request_to_revoke(ref, actor=actor)
    said = rules.check_reason(reason)
    rules.check_version(version, request.version)
    rules.check_can_end(request.state, title=request.title)
    end(request, AccessRequest.Ending.REVOKED, reason=said, actor=actor)
    audit.record(
        "request.revoked",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"title": request.title, "person": str(request.person), "reason": said},
    )
    ending.go_on(request, actor=actor)
    return request
