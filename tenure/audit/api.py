from __future__ import annotations

from ninja import Query

from tenure.audit import queries
from tenure.audit.schemas import EventPage, EventsQuery
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Audit log")


@endpoints.reads("/audit-events", scope="audit:read", permission="audit.view", answers=EventPage)
def audit_events(request: ActorRequest, asked: Query[EventsQuery]) -> EventPage:
    """List what was done, the newest first."""
    chosen = queries.EventFilter(
        actor=asked.actor,
        subject=asked.subject,
        verb=asked.verb,
        since=asked.since,
        until=asked.until,
    )
    return EventPage.some(
        queries.events(actor=request.actor, chosen=chosen, before=asked.cursor, limit=asked.limit)
    )
