from __future__ import annotations

from typing import Self

from ninja import Schema

from tenure.inventory.models import SyncCollection, SyncRun
from tenure.lib.endpoints import Instant, Named, PageOf


class RunOut(Schema):
    """One attempt to read a connection. While `is_open`, ask again in a few seconds."""

    ref: str
    connection: Named
    status: str
    is_open: bool
    trigger: str
    reason: str
    queued_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    pages: int
    requests: int
    added: int
    changed: int
    ended: int
    planned_requests: int
    planned_s: float | None
    left: dict[str, int]

    @classmethod
    def of(cls, run: SyncRun) -> Self:
        return cls(
            ref=str(run.ref),
            connection=Named.of(run.connection),
            status=run.status,
            is_open=run.status in SyncRun.OPEN,
            trigger=run.trigger,
            reason=run.reason,
            queued_at=run.queued_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            pages=run.pages,
            requests=run.requests,
            added=run.added,
            changed=run.changed,
            ended=run.ended,
            planned_requests=run.planned_requests,
            planned_s=run.planned_seconds,
            left=run.left,
        )


class RunPage(PageOf[RunOut]):
    pass


class CollectionOut(Schema):
    """What a run did with one list: received = stored + repeated + set_aside."""

    name: str
    kind: str
    state: str
    reason: str
    pages: int
    received: int
    stored: int
    repeated: int
    set_aside: int
    added: int
    changed: int
    unchanged: int
    ended: int
    would_end: int

    @classmethod
    def of(cls, row: SyncCollection) -> Self:
        names = {"name": row.key, **{name: getattr(row, name) for name in _SAME}}
        return cls(**names)


_SAME = [name for name in CollectionOut.model_fields if name != "name"]


class CollectionPage(PageOf[CollectionOut]):
    pass
