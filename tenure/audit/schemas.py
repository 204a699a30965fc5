from __future__ import annotations

from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.audit import queries
from tenure.lib.endpoints import Given, Instant, Moment, PageOf


class EventsQuery(Given):
    actor: str = Field("", max_length=200, description="Part of the actor's name, or their id.")
    subject: str = Field("", max_length=64, description="A kind of thing, or a ref.")
    verb: str = Field("", max_length=64, description="Such as account.linked.")
    since: Moment | None = Field(None, description="From this instant on.")
    until: Moment | None = Field(None, description="Before this instant.")
    cursor: UUID | None = Field(None, description="page.next of the page before.")
    limit: int = Field(50, ge=1, le=500, description="How many rows at most.")


class EventOut(Schema):
    """One deed. `actor` is null where it was erased, `seal` before the event is sealed."""

    ref: str
    at: Instant
    actor: str | None
    actor_kind: str
    actor_id: str
    verb: str
    sentence: str
    subject_kind: str
    subject_ref: str
    seal: int | None

    @classmethod
    def of(cls, line: queries.EventLine) -> Self:
        return cls(
            ref=str(line.ref),
            at=line.at,
            actor=line.actor,
            actor_kind=line.actor_kind,
            actor_id=line.actor_id,
            verb=line.verb,
            sentence=line.sentence,
            subject_kind=line.subject_kind,
            subject_ref=line.subject_ref,
            seal=line.seq,
        )


class EventPage(PageOf[EventOut]):
    pass
