"""What every kind of evidence says of where its rows come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tenure.connections import catalogue
from tenure.connections import queries as connection_queries
from tenure.evidence.manifest import SourceRead
from tenure.inventory import queries
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339


def sources_until(at: datetime, *, actor: Actor) -> Iterator[SourceRead]:
    """The readings that tell how things stood at an instant."""
    for one in queries.readings_until(at, actor=actor):
        if one.finished_at is not None:
            yield SourceRead(
                connection=one.run.connection.name,
                organization=one.run.connection.organization_id,
                collection=one.key,
                run=str(one.run.ref),
                state=one.state,
                pages=one.pages,
                rows=one.received,
                finished_at=rfc3339(one.finished_at),
                digest=one.digest or None,
            )


def scope_statements(*, actor: Actor) -> list[str]:
    """What each connection covers and cannot see, in order of the organizations."""
    seen = connection_queries.connections(actor=actor, permission="accounts.view")
    ordered = sorted(seen, key=lambda one: (one.organization_id.encode(), one.pk))
    said = [f"{one.name}: {catalogue.scope_of(one)}" for one in ordered]
    return said or ["No organization is connected."]
