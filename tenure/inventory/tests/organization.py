"""An organization in memory, with projects and members; and runs of many lists without any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tenure.connections.models import Connection
from tenure.connectors.base import (
    Collection,
    CollectionEnd,
    CollectionKind,
    Page,
    ReadEvent,
    Recognizes,
)
from tenure.connectors.facts import Fact, GrantFact, ResourceFact
from tenure.inventory import models, syncing
from tenure.inventory.models import KnownBy, Resource, SyncCollection, SyncRun
from tenure.inventory.tests.scripted import user
from tenure.lib.clock import now
from tenure.testing.cast import actor_of

KINDS = (
    CollectionKind(kind="users"),
    CollectionKind(kind="projects"),
    CollectionKind(kind="project_users", tier="detail", parent="projects", family="project_users"),
)


@dataclass
class Organization:
    """`members` are numbers of users by project; `ends` says how a list ends, by its key."""

    users: int = 12
    members: dict[str, Sequence[int]] = field(default_factory=dict)
    ends: dict[str, CollectionEnd] = field(default_factory=dict)

    def collection_kinds(self) -> Sequence[CollectionKind]:
        return KINDS

    def read(
        self, wanted: Collection, *, recognizes: Recognizes, **_: object
    ) -> Iterator[ReadEvent]:
        end = self.ends.get(wanted.key, CollectionEnd(state="complete"))
        if wanted.parent_id and wanted.parent_id not in self.members:
            end = CollectionEnd(state="skipped", reason="It is no more.", kind="parent_gone")
        if end.state in ("complete", "incomplete"):
            facts = self._facts(wanted)
            new = [fact for fact in facts if not recognizes(fact.raw)]
            yield Page(facts=new, received=len(facts), recognized=len(facts) - len(new))
        yield end

    def close(self) -> None:
        pass

    def _facts(self, wanted: Collection) -> list[Fact]:
        if wanted.kind == "users":
            return [user(number) for number in range(self.users)]
        if wanted.kind == "projects":
            return [
                ResourceFact(external_id=one, raw=one.encode(), kind="project", name=one.title())
                for one in self.members
            ]
        project = wanted.parent_id
        return [
            GrantFact(
                external_id=f"user-{number}",
                raw=f"{project} {number}".encode(),
                principal_id=f"user-{number}",
                principal_kind="account",
                entitlement_id="member",
                resource_id=project,
            )
            for number in self.members[project]
        ]

    def sync(self, connection: Connection, monkeypatch, **columns: object) -> SyncRun:
        """One whole run of it; the run as any page finds it."""
        run = SyncRun.objects.create(connection=connection, queued_at=now(), **columns)
        return self.go_on(run, monkeypatch)

    def go_on(self, run: SyncRun, monkeypatch) -> SyncRun:
        with monkeypatch.context() as patched:
            patched.setattr(syncing, "open_connector", lambda *_, **__: self)
            syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
        run.refresh_from_db()
        return run


def run_of_many(connection: Connection, lists: int, **columns: object) -> SyncRun:
    """A run of so many lists of members, each whole and with three rows, as written at its end."""
    at = now()
    run = SyncRun.objects.create(
        **{
            "connection": connection,
            "queued_at": at - timedelta(minutes=6),
            "started_at": at - timedelta(minutes=6),
            "finished_at": at,
            "status": "complete",
            "trigger": "schedule",
            "planned_requests": lists,
            "planned_seconds": 300.0,
            "requests": lists,
            "pages": lists,
            "received": 3 * lists,
            **columns,
        }
    )
    projects = Resource.objects.bulk_create(
        Resource(
            connection=connection,
            kind="project",
            external_id=f"proj_{number:04}",
            name=f"Project {number:04}",
            began_at=at,
            began_known_by=KnownBy.PROVIDER,
        )
        for number in range(lists)
    )
    collections = models.Collection.objects.bulk_create(
        models.Collection(
            connection=connection,
            key=f"project_users:{project.external_id}",
            kind="project_users",
            resource=project,
            state="complete",
            active_rows=3,
            attempted_at=at,
            completed_at=at,
        )
        for project in projects
    )
    SyncCollection.objects.bulk_create(
        SyncCollection(
            run=run,
            collection=collection,
            key=collection.key,
            kind=collection.kind,
            state="complete",
            pages=1,
            received=3,
            stored=3,
            unchanged=3,
            started_at=at,
            finished_at=at,
        )
        for collection in collections
    )
    return run
