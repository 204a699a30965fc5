"""A small company on a fixed day, with the names that break things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tenure.connections.models import Connection
from tenure.evidence.asking import Given
from tenure.evidence.making import make_bundle
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.inventory.models import Collection, ResourceChange, SyncCollection, SyncRun
from tenure.lib.actor import Actor
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_member, make_project
from tenure.users.actors import local_operator

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
DAY = "2026-03-31"
BEGAN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
NAMES = {
    "user-Zeta": "Ольга Петрова",
    "user-alpha": "王小明 田中さくら 김민수",
    "user-beta": "Zoe\u0308 e\u0301le\u0300ve",
    "user-é": "👩\u200d💻 Dev 🚀",
    "user-_": '=HYPERLINK("http://evil.example","x")',
    "user-10": "nul\ufffdnul",
    "user-9": "Dr. Maximiliane-Sophie von und zu Hohenlohe-Schillingsfürst-Waldenburg",
}


def make_world(organization: str = "org-000000000001", name: str = "OpenAI") -> Connection:
    """One organization, read completely in March and again in April."""
    connection = make_connection(name=name, organization_id=organization)
    project = make_project(connection, "Assistant")
    project.external_id = "proj_1"
    project.began_at = BEGAN
    project.save(update_fields=["external_id", "began_at"])
    project.collections.update(completed_at=NOW)
    for external_id, called in NAMES.items():
        account = make_account(
            connection,
            external_id=external_id,
            email=f"{external_id[5:]}@halden.example",
            name=called,
            role="owner" if external_id == "user-Zeta" else "reader",
            began_at=BEGAN,
        )
        make_member(project, account, began_at=BEGAN + timedelta(days=1))
    first = read(connection, datetime(2026, 3, 1, tzinfo=UTC))
    ResourceChange.objects.create(
        resource=project, run=first, kind="appeared", at=BEGAN, known_by="provider"
    )
    read(connection, datetime(2026, 4, 2, tzinfo=UTC))
    return connection


def read(connection: Connection, at: datetime) -> SyncRun:
    """One complete reading of every list."""
    run = SyncRun.objects.create(
        connection=connection, status="complete", queued_at=at, started_at=at, finished_at=at
    )
    for one in Collection.objects.filter(connection=connection).order_by("key"):
        SyncCollection.objects.create(
            run=run,
            key=one.key,
            kind=one.kind,
            collection=one,
            state="complete",
            pages=2,
            received=len(NAMES),
            stored=len(NAMES),
            started_at=at,
            finished_at=at,
        )
    return run


def make(given: Given | None = None, *, actor: Actor | None = None) -> EvidenceBuild:
    """A finished bundle; without more, of who had access on a day in March."""
    asked = given or Given(kind="population", on=DAY)
    build = create_bundle(given=asked, actor=actor or actor_of("ada"), is_built_here=True)
    return make_bundle(build.ref, actor=local_operator())
