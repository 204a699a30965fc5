"""A connector that reads from memory: whatever a provider might say, without asking one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from tenure.connections.models import Connection
from tenure.connectors.base import (
    Collection,
    CollectionEnd,
    CollectionKind,
    Page,
    ReadEvent,
    Recognizes,
)
from tenure.connectors.facts import AccountFact, Fact, GrantFact, ResourceFact
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

    def read(self, _: Collection, *, recognizes: Recognizes, **__: object) -> Iterator[ReadEvent]:
        for page in self.pages:
            new = [fact for fact in page if not recognizes(fact.raw)]
            yield Page(facts=new, received=len(page), recognized=len(page) - len(new))
        yield self.end

    def close(self) -> None:
        pass


@dataclass
class ScriptedOrganization:
    """Says its users, its projects and the members of each, all on one page.

    A project of which nothing is said has no list of members, as when it was archived. `broken`
    names the lists that break off: what they hold is told, and that there may be more.
    """

    users: Sequence[Fact] = ()
    projects: Sequence[Fact] = ()
    members: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def collection_kinds(self) -> Sequence[CollectionKind]:
        members = CollectionKind(
            kind="project_users", tier="detail", parent="projects", family="project_users"
        )
        return [CollectionKind(kind="users"), CollectionKind(kind="projects"), members]

    def read(self, wanted: Collection, *, recognizes: Recognizes, **_: object):
        if wanted.parent_id and wanted.parent_id not in self.members:
            yield CollectionEnd(state="skipped", reason="The project is no more.")
            return
        lists = {"users": self.users, "projects": self.projects}
        facts = lists.get(wanted.kind, self.members.get(wanted.parent_id, ()))
        new = [fact for fact in facts if not recognizes(fact.raw)]
        yield Page(facts=new, received=len(facts), recognized=len(facts) - len(new))
        yield CollectionEnd(state="incomplete" if wanted.key in self.broken else "complete")

    def close(self) -> None:
        pass


def made_connection(*, requests_per_minute: int | None = None) -> Connection:
    """A connection without an organization behind it; without a pace, unless one is given."""
    name = uuid4().hex
    at = now()
    return Connection.objects.create(
        kind="openai",
        name=name,
        organization_id=f"org-{name}",
        state="active",
        state_changed_at=at,
        created_at=at,
        requests_per_minute=requests_per_minute,
    )


def read(connection: Connection, monkeypatch, *pages: Sequence[Fact], end: str = "complete"):
    """One whole run over `pages`; the run."""
    return read_all(connection, monkeypatch, ScriptedConnector(pages, CollectionEnd(state=end)))


def read_all(connection: Connection, monkeypatch, connector: object) -> SyncRun:
    """One whole run over what the connector says; the run."""
    run = SyncRun.objects.create(connection=connection, queued_at=now())
    with monkeypatch.context() as patched:
        patched.setattr(syncing, "open_connector", lambda *_, **__: connector)
        syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    run.refresh_from_db()
    return run


def user(number: int, **fields: object) -> AccountFact:
    """A user of the scripted organization; its record follows from its fields."""
    said = {"email": f"u{number}@halden.example", "name": f"User {number}", "role": "reader"}
    said |= fields
    return AccountFact(
        external_id=f"user-{number}", raw=repr([number, *sorted(said.items())]).encode(), **said
    )


def project(number: int, **fields: object) -> ResourceFact:
    """A project of the scripted organization."""
    said = {"name": f"Project {number}"} | fields
    raw = repr([number, *sorted(said.items())]).encode()
    return ResourceFact(external_id=f"proj-{number}", kind="project", raw=raw, **said)


def member(number: int, role: str = "member", **fields: object) -> GrantFact:
    """User of that number, as the list of members of some project says it."""
    return GrantFact(
        external_id=f"user-{number}",
        principal_kind="account",
        principal_id=f"user-{number}",
        entitlement_id=role,
        resource_id="the project",
        raw=repr([number, role, *sorted(fields.items())]).encode(),
        **fields,
    )
