from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import ending, rules
from tenure.access_requests.granting_rules import check_can_end
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.queries.carrying_out import request_to_give_back
from tenure.access_requests.standing import end
from tenure.audit import operations as audit
from tenure.lib.actor import Actor


@transaction.atomic
def give_back_access(*, ref: UUID | str, version: int | None = None, actor: Actor) -> AccessRequest:
    """Whoever has something needs it no more, and it is taken back at once."""
    actor.require("requests.ask")
    request = request_to_give_back(ref, actor=actor)
    rules.check_version(request.version, seen=version, name=str(request))
    check_can_end(request.state, title=request.title)
    end(request, AccessRequest.Ending.GIVEN_BACK, actor=actor)
    audit.record(
        "access_request.given_back",
        actor=actor,
        subject=request,
        connection=request.connection,
        number=str(request),
        text={"title": request.title, "person": str(request.person)},
    )
    ending.go_on(request, actor=actor)
    return request
