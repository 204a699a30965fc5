from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import queries
from tenure.inventory.schemas.credentials import (
    CredentialDetail,
    CredentialOut,
    CredentialPage,
    CredentialsQuery,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Credentials")


@endpoints.reads(
    "/credentials", scope="inventory:read", permission="accounts.view", answers=CredentialPage
)
def credentials(request: ActorRequest, asked: Query[CredentialsQuery]) -> CredentialPage:
    """List keys, each with whose it is and why somebody should look at it."""
    chosen = queries.CredentialsAsked(
        show=asked.show, search=asked.q, sort=asked.sort, cursor=asked.cursor, limit=asked.limit
    )
    some = queries.credential_page(chosen, actor=request.actor)
    return CredentialPage.of(some, CredentialOut.of)


@endpoints.reads(
    "/credentials/{uuid:ref}",
    scope="inventory:read",
    permission="accounts.view",
    answers=CredentialDetail,
)
def credential(request: ActorRequest, ref: UUID) -> CredentialDetail:
    """Show one key: what it can do, and what happened to it."""
    return CredentialDetail.about(ref, actor=request.actor)
