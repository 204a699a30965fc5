from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import queries, rules
from tenure.access_requests.models import AccessRequest, RequestComment
from tenure.access_requests.timeline import announce_comment
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users.in_person import check_in_person


@transaction.atomic
def comment_on_request(*, ref: UUID | str, text: str, actor: Actor) -> AccessRequest:
    """Ask or say something about a request, in any state; everybody who sees it reads it."""
    check_in_person(actor=actor)
    actor.require("requests.ask")
    request = queries.request_to_change(ref, actor=actor)
    said = rules.check_words(text, why="Write what you want to say.", field="text")
    comment = RequestComment.objects.create(
        request=request, at=now(), by=actor.named[:100], text=said
    )
    announce_comment(request, comment)
    audit.record(
        "access_request.commented",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={"comment": said},
        number=str(request),
    )
    return request
