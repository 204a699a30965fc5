from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.access_requests import lists
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.comment_on_request import comment_on_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.give_back_access import give_back_access
from tenure.access_requests.operations.remind_approvers import remind_approvers
from tenure.access_requests.operations.replace_approvers import replace_approvers
from tenure.access_requests.operations.revoke_request import revoke_request
from tenure.access_requests.operations.submit_request import submit_request
from tenure.access_requests.schemas import (
    ApprovalIn,
    CancellationIn,
    CommentIn,
    DenialIn,
    GivingBackIn,
    RequestContextOut,
    RequestDetail,
    RequestIn,
    RequestPage,
    RequestsQuery,
    RevocationIn,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Access requests")


@endpoints.reads("/requests", answers=RequestPage, scope="requests:read", permission="me.view")
def access_requests(request: ActorRequest, asked: Query[RequestsQuery]) -> RequestPage:
    """List access requests: those one may see, one's own, or those that wait for one's answer."""
    return RequestPage.of(lists.access_requests(asked, actor=request.actor))


@endpoints.creates(
    "/requests", scope="requests:write", permission="requests.ask", answers=RequestDetail
)
def ask_for_access(request: ActorRequest, given: RequestIn) -> RequestDetail:
    """Ask for access, for oneself or a colleague; 409 where they have it or it is asked already."""
    made = submit_request(**given.model_dump(), actor=request.actor)
    return RequestDetail.about(made.ref, actor=request.actor)


@endpoints.reads(
    "/requests/{uuid:ref}", answers=RequestDetail, scope="requests:read", permission="me.view"
)
def access_request(request: ActorRequest, ref: UUID) -> RequestDetail:
    """Show one request: its steps, who is asked, what was said and what happened."""
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.reads(
    "/requests/{uuid:ref}/context",
    answers=RequestContextOut,
    scope="requests:read",
    permission="me.view",
)
def request_context(request: ActorRequest, ref: UUID) -> RequestContextOut:
    """Show what they have there already, who else has it, and what it would add."""
    return RequestContextOut.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/approve",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.decide",
)
def approve_access(request: ActorRequest, ref: UUID, given: ApprovalIn) -> RequestDetail:
    """Approve the step that waits for one; with the last one, giving it begins."""
    approve_request(ref=ref, **given.model_dump(), actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/deny",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.decide",
)
def deny_access(request: ActorRequest, ref: UUID, given: DenialIn) -> RequestDetail:
    """Deny a request, and say why."""
    deny_request(ref=ref, **given.model_dump(), actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/cancel",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.ask",
)
def take_request_back(request: ActorRequest, ref: UUID, given: CancellationIn) -> RequestDetail:
    """Take a request back before it is approved."""
    cancel_request(ref=ref, **given.model_dump(), actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.creates(
    "/requests/{uuid:ref}/comments",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.ask",
)
def comment_on_access(request: ActorRequest, ref: UUID, given: CommentIn) -> RequestDetail:
    """Ask or say something about a request."""
    comment_on_request(ref=ref, text=given.text, actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/remind",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.ask",
)
def remind_of_request(request: ActorRequest, ref: UUID) -> RequestDetail:
    """Remind those who have not answered, at most once an hour."""
    remind_approvers(ref=ref, actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/replace-approvers",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.manage",
)
def ask_others(request: ActorRequest, ref: UUID) -> RequestDetail:
    """Ask others in the place of those who cannot answer any more."""
    replace_approvers(ref=ref, actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/give-back",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.ask",
)
def give_access_back(request: ActorRequest, ref: UUID, given: GivingBackIn) -> RequestDetail:
    """Give back what one has by a request, before its end."""
    give_back_access(ref=ref, version=given.version, actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/requests/{uuid:ref}/revoke",
    answers=RequestDetail,
    scope="requests:write",
    permission="requests.manage",
)
def revoke_access(request: ActorRequest, ref: UUID, given: RevocationIn) -> RequestDetail:
    """Take back what somebody has by a request, before its end, and say why."""
    revoke_request(ref=ref, **given.model_dump(), actor=request.actor)
    return RequestDetail.about(ref, actor=request.actor)
