from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.access_requests import queries
from tenure.access_requests.catalogue_schemas import (
    ApproverGroupIn,
    ApproverGroupOut,
    ApproverGroupPage,
    CatalogueQuery,
    EntryIn,
    OfferOut,
    OfferPage,
    PolicyIn,
    PolicyOut,
    PolicyPage,
    PreviewOut,
    PreviewQuery,
)
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.operations.set_catalogue_entry import set_catalogue_entry
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Access requests")


@endpoints.reads(
    "/requests/catalogue", answers=OfferPage, scope="requests:read", permission="me.view"
)
def request_catalogue(request: ActorRequest, asked: Query[CatalogueQuery]) -> OfferPage:
    """List what can be asked for, and why not; limit counts organizations, projects and groups."""
    return OfferPage.about(asked, actor=request.actor)


@endpoints.reads(
    "/requests/catalogue/{uuid:ref}/preview",
    answers=PreviewOut,
    scope="requests:read",
    permission="me.view",
)
def request_preview(request: ActorRequest, ref: UUID, asked: Query[PreviewQuery]) -> PreviewOut:
    """Show who would be asked for something of a resource, before anything is sent."""
    return PreviewOut.about(ref, asked, actor=request.actor)


@endpoints.changes(
    "/requests/catalogue",
    answers=OfferOut,
    scope="requests:write",
    permission="requests.manage",
)
def offer_access(request: ActorRequest, given: EntryIn) -> OfferOut:
    """Decide how one thing is offered, all of it: its words, to whom, how long, by which policy."""
    actor = request.actor
    set_catalogue_entry(
        resource=given.resource, role=given.role, changes=given.words(), actor=actor
    )
    return OfferOut.of(queries.offer_of(given.resource, given.role, actor=actor))


@endpoints.reads(
    "/requests/policies",
    answers=PolicyPage,
    scope="requests:read",
    permission="requests.view",
)
def approval_policies(request: ActorRequest) -> PolicyPage:
    """List the approval policies, the default one first."""
    return PolicyPage.whole(queries.policies_shown(actor=request.actor))


@endpoints.creates(
    "/requests/policies",
    answers=PolicyOut,
    scope="requests:write",
    permission="requests.manage",
)
def add_approval_policy(request: ActorRequest, given: PolicyIn) -> PolicyOut:
    """Make an approval policy."""
    return PolicyOut.of(save_policy(words=given.words(), actor=request.actor))


@endpoints.changes(
    "/requests/policies/{uuid:ref}",
    answers=PolicyOut,
    scope="requests:write",
    permission="requests.manage",
)
def change_approval_policy(request: ActorRequest, ref: UUID, given: PolicyIn) -> PolicyOut:
    """Change an approval policy, all of it; requests that were sent keep what was true then."""
    return PolicyOut.of(save_policy(ref=ref, words=given.words(), actor=request.actor))


@endpoints.reads(
    "/requests/approver-groups",
    answers=ApproverGroupPage,
    scope="requests:read",
    permission="requests.view",
)
def approver_groups(request: ActorRequest) -> ApproverGroupPage:
    """List the groups of people who approve for one another."""
    return ApproverGroupPage.whole(queries.groups(actor=request.actor))


@endpoints.creates(
    "/requests/approver-groups",
    answers=ApproverGroupOut,
    scope="requests:write",
    permission="requests.manage",
)
def add_approver_group(request: ActorRequest, given: ApproverGroupIn) -> ApproverGroupOut:
    """Make a group of people who approve for one another."""
    made = save_approver_group(name=given.name, people=given.people, actor=request.actor)
    return ApproverGroupOut.of(made)


@endpoints.changes(
    "/requests/approver-groups/{uuid:ref}",
    answers=ApproverGroupOut,
    scope="requests:write",
    permission="requests.manage",
)
def change_approver_group(
    request: ActorRequest, ref: UUID, given: ApproverGroupIn
) -> ApproverGroupOut:
    """Change a group, all of it; whoever is not in it any more may not answer by it."""
    made = save_approver_group(ref=ref, name=given.name, people=given.people, actor=request.actor)
    return ApproverGroupOut.of(made)
