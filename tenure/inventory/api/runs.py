from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import lists, queries
from tenure.inventory.operations.cancel_sync import cancel_sync as cancel
from tenure.inventory.operations.release_held_run import release_held_run as release
from tenure.inventory.operations.request_sync import request_sync as request_sync_now
from tenure.inventory.schemas.runs import CollectionPage, RunOut, RunPage
from tenure.lib.endpoints import Endpoints, PageQuery
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Syncs")


@endpoints.reads(
    "/connections/{uuid:ref}/runs",
    scope="connections:read",
    permission="connections.view",
    answers=RunPage,
)
def sync_runs(request: ActorRequest, ref: UUID, asked: Query[PageQuery]) -> RunPage:
    """List the syncs of a connection, the newest first."""
    return RunPage.of(lists.runs(asked, of=ref, actor=request.actor))


@endpoints.creates(
    "/connections/{uuid:ref}/runs",
    scope="connections:write",
    permission="accounts.sync",
    answers=RunOut,
    status=202,
)
def request_sync(request: ActorRequest, ref: UUID) -> RunOut:
    """Ask for a sync, and look at it until it is over.

    While one waits or reads who is there, that one is the answer.
    """
    return RunOut.of(request_sync_now(connection_ref=ref, actor=request.actor))


@endpoints.reads(
    "/runs/{uuid:ref}", scope="connections:read", permission="connections.view", answers=RunOut
)
def sync_run(request: ActorRequest, ref: UUID) -> RunOut:
    """Show one sync: whether it is over, and what it found."""
    return RunOut.of(queries.run_by_ref(ref, actor=request.actor))


@endpoints.reads(
    "/runs/{uuid:ref}/collections",
    scope="connections:read",
    permission="connections.view",
    answers=CollectionPage,
)
def sync_collections(request: ActorRequest, ref: UUID, asked: Query[PageQuery]) -> CollectionPage:
    """List what a sync did with each list, in the order of its plan."""
    return CollectionPage.of(lists.collections(asked, of=ref, actor=request.actor))


@endpoints.changes(
    "/runs/{uuid:ref}/cancel",
    scope="connections:write",
    permission="accounts.sync",
    answers=RunOut,
)
def cancel_sync(request: ActorRequest, ref: UUID) -> RunOut:
    """Stop a sync that waits or reads.

    What it has read stays; it ends nobody.
    """
    return RunOut.of(cancel(run_ref=ref, actor=request.actor))


@endpoints.creates(
    "/runs/{uuid:ref}/release",
    scope="connections:write",
    permission="sync.release",
    answers=RunOut,
    status=202,
)
def release_held_run(request: ActorRequest, ref: UUID) -> RunOut:
    """Read again, and let what a held run missed end if it is missing still.

    The answer is the new run. Let somebody look at the held one first.
    """
    return RunOut.of(release(run_ref=ref, actor=request.actor))
