from __future__ import annotations

from ninja import Query

from tenure.audit import lists
from tenure.audit.schemas import EventPage, EventsQuery
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Audit log")


@endpoints.reads("/audit-events", scope="audit:read", permission="audit.view", answers=EventPage)
def audit_events(request: ActorRequest, asked: Query[EventsQuery]) -> EventPage:
    """List what was done, the newest first."""
    return EventPage.of(lists.audit_events(asked, actor=request.actor))
