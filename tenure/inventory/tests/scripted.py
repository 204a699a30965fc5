"""A connector that reads from memory: whatever a provider might say, without asking one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from tenure.connections.models import Connection
from tenure.connectors.base import Collection, CollectionEnd, CollectionKind, Page, ReadEvent
from tenure.connectors.facts import AccountFact, Fact
from tenure.inventory import syncing
from tenure.inventory.models import SyncRun
from tenure.lib.clock import now
from tenure.testing.cast import actor_of


@dataclass
class ScriptedConnector:
    """Says `pages` of users, then how the list ended."""

    pages: Sequence[Sequence[Fact]]
    end: CollectionEnd = field(default_factory=lambda: CollectionEnd(state="complete"))

    def collection_kinds(self) -> Sequence[CollectionKind]:
        return [CollectionKind(kind="users")]

    def read(self, _: Collection) -> Iterator[ReadEvent]:
        for page in self.pages:
            yield Page(facts=page, received=len(page))
        yield self.end

    def close(self) -> None:
        pass


def made_connection() -> Connection:
    """A connection without an organization behind it."""
    name = uuid4().hex
    at = now()
    return Connection.objects.create(
        kind="openai",
        name=name,
        organization_id=f"org-{name}",
        state="active",
        state_changed_at=at,
        created_at=at,
    )


def read(connection: Connection, monkeypatch, *pages: Sequence[Fact], end: str = "complete"):
    """One whole run over `pages`; the run."""
    connector = ScriptedConnector(pages, CollectionEnd(state=end))
    run = SyncRun.objects.create(connection=connection, queued_at=now())
    with monkeypatch.context() as patched:
        patched.setattr(syncing, "open_connector", lambda _: connector)
        syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    run.refresh_from_db()
    return run


def user(number: int, **fields: object) -> AccountFact:
    """A user of the scripted organization; its record follows from its fields."""
    said = {"email": f"u{number}@halden.example", "name": f"User {number}", "role": "reader"}
    said |= fields
    return AccountFact(
        external_id=f"user-{number}", raw=repr(sorted(said.items())).encode(), **said
    )
