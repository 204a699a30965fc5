from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.reviews import lists
from tenure.reviews.item_schemas import ResultsOut
from tenure.reviews.operations.cancel_campaign import cancel_campaign
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.duplicate_campaign import duplicate_campaign
from tenure.reviews.operations.edit_campaign import edit_campaign
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.operations.remind_reviewers import remind_reviewers
from tenure.reviews.operations.sign_off_campaign import sign_off_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.operations.unstage_campaign import unstage_campaign
from tenure.reviews.schemas import (
    CampaignDetail,
    CampaignIn,
    CampaignPage,
    CampaignReasonIn,
    CampaignsQuery,
    DuplicateIn,
    SignOffIn,
    StageIn,
)

endpoints = Endpoints("Reviews")


@endpoints.reads("/campaigns", answers=CampaignPage, scope="reviews:read", permission="me.view")
def campaigns(request: ActorRequest, asked: Query[CampaignsQuery]) -> CampaignPage:
    """List campaigns, the newest first; whoever is no manager sees those they review in."""
    return CampaignPage.of(lists.campaigns(asked, actor=request.actor))


@endpoints.reads(
    "/campaigns/{uuid:ref}", answers=CampaignDetail, scope="reviews:read", permission="me.view"
)
def campaign(request: ActorRequest, ref: UUID) -> CampaignDetail:
    """Show one campaign: its settings, its snapshot, and how far it is."""
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.reads(
    "/campaigns/{uuid:ref}/results", answers=ResultsOut, scope="reviews:read", permission="me.view"
)
def campaign_results(request: ActorRequest, ref: UUID) -> ResultsOut:
    """Show how a campaign goes: by reviewer, by day, and what became of removals."""
    return ResultsOut.about(ref, actor=request.actor)


@endpoints.creates(
    "/campaigns", scope="reviews:write", permission="reviews.manage", answers=CampaignDetail
)
def draft_campaign(request: ActorRequest, given: CampaignIn) -> CampaignDetail:
    """Draft a campaign: nothing is frozen and nobody is asked yet."""
    made = create_campaign(settings=given.settings(), actor=request.actor)
    return CampaignDetail.about(made.ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/edit",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def change_campaign(request: ActorRequest, ref: UUID, given: CampaignIn) -> CampaignDetail:
    """Change the settings of a draft, all of them."""
    edit_campaign(ref=ref, settings=given.settings(), actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.creates(
    "/campaigns/{uuid:ref}/duplicate",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def copy_campaign(request: ActorRequest, ref: UUID, given: DuplicateIn) -> CampaignDetail:
    """Draft another campaign with the settings of this one."""
    copy = duplicate_campaign(ref=ref, title=given.title, due_at=given.due_at, actor=request.actor)
    return CampaignDetail.about(copy.ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/stage",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def freeze_campaign(request: ActorRequest, ref: UUID, given: StageIn) -> CampaignDetail:
    """Freeze what there is to review; 409 while something in scope was not read lately."""
    stage_campaign(ref=ref, override_reason=given.override_reason, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/unstage",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def take_campaign_back(request: ActorRequest, ref: UUID) -> CampaignDetail:
    """Take a staged campaign back to a draft; its snapshot is kept."""
    unstage_campaign(ref=ref, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/open",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def begin_campaign(request: ActorRequest, ref: UUID) -> CampaignDetail:
    """Ask the reviewers to decide."""
    open_campaign(ref=ref, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/remind",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def remind_campaign(request: ActorRequest, ref: UUID) -> CampaignDetail:
    """Remind every reviewer who has something left, at most once an hour."""
    remind_reviewers(ref=ref, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/sign-off",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def second_campaign(request: ActorRequest, ref: UUID, given: SignOffIn) -> CampaignDetail:
    """Sign off, as a second person, what the reviewers decided."""
    sign_off_campaign(ref=ref, note=given.note, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/close",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def end_campaign(request: ActorRequest, ref: UUID) -> CampaignDetail:
    """End deciding, and carry out what was decided."""
    close_campaign(ref=ref, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/cancel",
    scope="reviews:write",
    permission="reviews.manage",
    answers=CampaignDetail,
)
def drop_campaign(request: ActorRequest, ref: UUID, given: CampaignReasonIn) -> CampaignDetail:
    """Cancel a campaign: nothing of it is carried out."""
    cancel_campaign(ref=ref, reason=given.reason, actor=request.actor)
    return CampaignDetail.about(ref, actor=request.actor)
