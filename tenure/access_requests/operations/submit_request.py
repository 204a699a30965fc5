from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.submitting import check, send, wish_for
from tenure.audit import operations as audit
from tenure.lib.actor import Actor


@transaction.atomic
def submit_request(
    *,
    resource: UUID | str,
    role: str = "",
    person: UUID | str | None = None,
    reason: str = "",
    days: int | None = None,
    until: date | None = None,
    extends: UUID | str | None = None,
    actor: Actor,
) -> AccessRequest:
    """Ask for one thing, for oneself or for a colleague by ref or e-mail, for a time.

    `days` count from when it is given, and of an extension from the end of what it extends; `until`
    is the last day; neither asks for it without an end. Who is asked is resolved now and stays.
    """
    actor.require("requests.ask")
    wish = wish_for(
        resource,
        role,
        person=person,
        reason=reason,
        days=days,
        until=until,
        extends=extends,
        actor=actor,
    )
    check(wish)
    request = send(wish, actor=actor)
    audit.record(
        "access_request.submitted",
        actor=actor,
        subject=request,
        connection=request.connection,
        text={
            "title": request.title,
            "person": str(request.person),
            "reason": request.reason,
        },
        number=str(request),
        days=request.days,
        until=request.until,
        policy=request.policy_name,
        state=request.state,
    )
    return request
