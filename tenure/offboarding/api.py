from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.offboarding import lists
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.add_item import add_item
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.operations.plan_case import plan_case
from tenure.offboarding.operations.reset_case import reset_case
from tenure.offboarding.schemas import (
    ApproveIn,
    ChoiceIn,
    ItemIn,
    OffboardingDetail,
    OffboardingIn,
    OffboardingPage,
    OffboardingReasonIn,
    OffboardingRehearsal,
    OffboardingsQuery,
)

endpoints = Endpoints("Offboarding")
Opened = OffboardingCase.Opened


@endpoints.reads(
    "/offboardings",
    scope="offboarding:read",
    permission="offboarding.view",
    answers=OffboardingPage,
)
def offboardings(request: ActorRequest, asked: Query[OffboardingsQuery]) -> OffboardingPage:
    """List leavings, the newest first."""
    return OffboardingPage.of(lists.offboardings(asked, actor=request.actor))


@endpoints.reads(
    "/offboardings/{uuid:ref}",
    scope="offboarding:read",
    permission="offboarding.view",
    answers=OffboardingDetail,
)
def offboarding(request: ActorRequest, ref: UUID) -> OffboardingDetail:
    """Show one leaving: its plan, what that touches, and what approving it takes."""
    return OffboardingDetail.about(ref, actor=request.actor)


@endpoints.creates(
    "/offboardings",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def open_offboarding(request: ActorRequest, given: OffboardingIn) -> OffboardingDetail:
    """Begin somebody's offboarding: everything is found and planned, and nothing is changed yet."""
    opened = Opened.EMERGENCY if given.is_emergency else Opened.HAND
    case = open_case(
        person_ref=given.person,
        opened=opened,
        begins_at=given.begins_at,
        new_owner_ref=given.new_owner,
        actor=request.actor,
    )
    return OffboardingDetail.about(case.ref, actor=request.actor)


@endpoints.changes(
    "/offboardings/{uuid:ref}/plan",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def plan_offboarding(request: ActorRequest, ref: UUID) -> OffboardingDetail:
    """Look again at what there is of somebody, before it is approved."""
    plan_case(ref=ref, actor=request.actor)
    return OffboardingDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/offboardings/{uuid:ref}/approve",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def approve_offboarding(request: ActorRequest, ref: UUID, given: ApproveIn) -> OffboardingDetail:
    """Let go what was shown, and nothing else; 409 when the plan has changed since."""
    approve_case(ref=ref, preview=given.preview, actor=request.actor)
    return OffboardingDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/offboardings/{uuid:ref}/cancel",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def cancel_offboarding(
    request: ActorRequest, ref: UUID, given: OffboardingReasonIn
) -> OffboardingDetail:
    """Do not offboard them after all, before anything was sent."""
    cancel_case(ref=ref, reason=given.reason, actor=request.actor)
    return OffboardingDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/offboardings/{uuid:ref}/reset",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def reset_offboarding(
    request: ActorRequest, ref: UUID, given: OffboardingReasonIn
) -> OffboardingDetail:
    """Open it again and plan it anew: what is verified stays so."""
    reset_case(ref=ref, reason=given.reason, actor=request.actor)
    return OffboardingDetail.about(ref, actor=request.actor)


@endpoints.creates(
    "/offboardings/{uuid:ref}/items",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def add_offboarding_item(request: ActorRequest, ref: UUID, given: ItemIn) -> OffboardingDetail:
    """Add something of the leaver that Tenure cannot see: it is done by hand, and proven."""
    add_item(case_ref=ref, label=given.label, place=given.place, actor=request.actor)
    return OffboardingDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/offboarding-items/{uuid:ref}/choose",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingDetail,
)
def choose_offboarding_item(request: ActorRequest, ref: UUID, given: ChoiceIn) -> OffboardingDetail:
    """Decide what happens to one thing of a leaver, before anything is sent."""
    item = choose_item(
        ref=ref,
        action=given.action,
        new_owner_ref=given.new_owner,
        reason=given.reason,
        actor=request.actor,
    )
    return OffboardingDetail.about(item.case.ref, actor=request.actor)


@endpoints.changes(
    "/offboardings/{uuid:ref}/rehearse",
    scope="offboarding:write",
    permission="offboarding.manage",
    answers=OffboardingRehearsal,
)
def rehearse_offboarding(request: ActorRequest, ref: UUID) -> OffboardingRehearsal:
    """Go all the way up to every call, none of which is made, and say what would happen."""
    return OffboardingRehearsal.about(ref, actor=request.actor)
