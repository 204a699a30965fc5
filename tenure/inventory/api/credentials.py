from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import lists
from tenure.inventory.schemas.credentials import (
    CredentialDetail,
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
    return CredentialPage.of(lists.credentials(asked, actor=request.actor))


@endpoints.reads(
    "/credentials/{uuid:ref}",
    scope="inventory:read",
    permission="accounts.view",
    answers=CredentialDetail,
)
def credential(request: ActorRequest, ref: UUID) -> CredentialDetail:
    """Show one key: what it can do, and what happened to it."""
    return CredentialDetail.about(ref, actor=request.actor)
