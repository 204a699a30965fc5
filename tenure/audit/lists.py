"""The audit log as a list; `export_audit_log` hands it out with its seals."""

from __future__ import annotations

from tenure.audit import queries
from tenure.audit.schemas import EventOut, EventsQuery
from tenure.lib.actor import Actor
from tenure.lib.listing import Column, Listing
from tenure.lib.paging import Page


def audit_events(asked: EventsQuery, *, actor: Actor) -> Page[EventOut]:
    """What was done, the newest first."""
    chosen = queries.EventFilter(
        actor=asked.actor,
        subject=asked.subject,
        verb=asked.verb,
        since=asked.since,
        until=asked.until,
    )
    found = queries.events(actor=actor, chosen=chosen, before=asked.cursor, limit=asked.limit)
    older = str(found.older) if found.older else None
    return Page([EventOut.of(line) for line in found.lines], next=older)


AUDIT_EVENTS = Listing(
    name="audit-events",
    path="audit-events",
    scope="audit:read",
    permission="audit.view",
    asks=EventsQuery,
    rows=audit_events,
    columns=(
        Column("at"),
        Column("actor", none="erased"),
        Column("sentence"),
        Column("verb"),
        Column("subject_kind"),
        Column("subject_ref"),
        Column("actor_kind"),
        Column("actor_id"),
        Column("seal", none="not sealed yet"),
        Column("ref"),
    ),
)
LISTS = (AUDIT_EVENTS,)
