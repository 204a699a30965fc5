from __future__ import annotations

from uuid import UUID

from tenure.inventory import queries
from tenure.inventory.operations.remove_linking_domain import remove_linking_domain as remove
from tenure.inventory.operations.set_linking_domain import set_linking_domain as set_domain
from tenure.inventory.schemas.marks import LinkingDomainIn, LinkingDomainPage
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Accounts")


@endpoints.reads(
    "/linking-domains",
    scope="settings:read",
    permission="settings.view",
    answers=LinkingDomainPage,
)
def linking_domains(request: ActorRequest) -> LinkingDomainPage:
    """List domains that do not look at a part of their addresses."""
    return LinkingDomainPage.whole(queries.linking_domains(actor=request.actor))


@endpoints.changes(
    "/linking-domains",
    scope="settings:write",
    permission="settings.manage",
    answers=LinkingDomainPage,
)
def set_linking_domain(request: ActorRequest, given: LinkingDomainIn) -> LinkingDomainPage:
    """Say what of its addresses a domain does not look at; answers all domains.

    Accounts are looked at again.
    """
    set_domain(**given.model_dump(), actor=request.actor)
    return LinkingDomainPage.whole(queries.linking_domains(actor=request.actor))


@endpoints.changes(
    "/linking-domains/{uuid:ref}/remove",
    scope="settings:write",
    permission="settings.manage",
    answers=LinkingDomainPage,
)
def remove_linking_domain(request: ActorRequest, ref: UUID) -> LinkingDomainPage:
    """Look at every sign of a domain's addresses again; links that were made stay."""
    remove(domain_ref=ref, actor=request.actor)
    return LinkingDomainPage.whole(queries.linking_domains(actor=request.actor))
