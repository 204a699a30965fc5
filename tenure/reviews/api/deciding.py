from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.reviews import lists
from tenure.reviews.item_schemas import (
    Decided,
    ItemCounts,
    ReviewItemDetail,
    ReviewItemPage,
    SubmissionOut,
)
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.decide_review_items import decide_review_items
from tenure.reviews.operations.reassign_review_items import reassign_review_items
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.operations.undo_decision import undo_decision
from tenure.reviews.operations.waive_remediation import waive_remediation
from tenure.reviews.schemas import (
    DecisionIn,
    DecisionsIn,
    ReassignIn,
    ReviewItemsQuery,
    SubmitIn,
    UndoIn,
    WaiveIn,
)

endpoints = Endpoints("Reviews")


@endpoints.reads(
    "/campaigns/{uuid:ref}/items",
    answers=ReviewItemPage,
    scope="reviews:read",
    permission="me.view",
)
def review_items(
    request: ActorRequest, ref: UUID, asked: Query[ReviewItemsQuery]
) -> ReviewItemPage:
    """List what a campaign has frozen, by person; a reviewer sees what is theirs to decide."""
    return ReviewItemPage.of(lists.review_items(asked, of=ref, actor=request.actor))


@endpoints.reads(
    "/campaigns/{uuid:ref}/counts", answers=ItemCounts, scope="reviews:read", permission="me.view"
)
def review_counts(request: ActorRequest, ref: UUID) -> ItemCounts:
    """Count what each filter shows, and what one decision for all would reach."""
    return ItemCounts.about(ref, actor=request.actor)


@endpoints.reads(
    "/review-items/{uuid:ref}", answers=ReviewItemDetail, scope="reviews:read", permission="me.view"
)
def review_item(request: ActorRequest, ref: UUID) -> ReviewItemDetail:
    """Show one item, with what is different since the last review and what would do."""
    return ReviewItemDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/review-items/{uuid:ref}/decision",
    answers=ReviewItemDetail,
    scope="reviews:write",
    permission="reviews.decide",
)
def decide_item(request: ActorRequest, ref: UUID, given: DecisionIn) -> ReviewItemDetail:
    """Decide one item; deciding again before it is submitted replaces the first."""
    decide_review_item(ref=ref, **given.model_dump(), actor=request.actor)
    return ReviewItemDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/review-items/{uuid:ref}/undo",
    answers=ReviewItemDetail,
    scope="reviews:write",
    permission="reviews.decide",
)
def undo_item(request: ActorRequest, ref: UUID, given: UndoIn) -> ReviewItemDetail:
    """Go back to what was decided before the last decision, or to nothing."""
    undo_decision(ref=ref, version=given.version, actor=request.actor)
    return ReviewItemDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/campaigns/{uuid:ref}/decisions",
    answers=Decided,
    scope="reviews:write",
    permission="reviews.decide",
)
def decide_items(request: ActorRequest, ref: UUID, given: DecisionsIn) -> Decided:
    """Decide all of a filter at once that is one's own, undecided and not flagged."""
    done = decide_review_items(campaign_ref=ref, **given.model_dump(), actor=request.actor)
    return Decided(count=done)


@endpoints.changes(
    "/campaigns/{uuid:ref}/reassign",
    answers=Decided,
    scope="reviews:write",
    permission="reviews.decide",
)
def reassign_items(request: ActorRequest, ref: UUID, given: ReassignIn) -> Decided:
    """Give items that are not submitted to another reviewer."""
    done = reassign_review_items(campaign_ref=ref, **given.model_dump(), actor=request.actor)
    return Decided(count=done)


@endpoints.creates(
    "/campaigns/{uuid:ref}/submissions",
    answers=SubmissionOut,
    scope="reviews:write",
    permission="reviews.decide",
)
def submit_items(request: ActorRequest, ref: UUID, given: SubmitIn) -> SubmissionOut:
    """Seal what one decided, with one's word that each access kept is needed."""
    made = submit_review(
        campaign_ref=ref, reviewer=given.reviewer, attests=given.attests, actor=request.actor
    )
    return SubmissionOut.of(made)


@endpoints.changes(
    "/review-items/{uuid:ref}/waive",
    scope="reviews:write",
    permission="reviews.manage",
    answers=ReviewItemDetail,
)
def waive_item(request: ActorRequest, ref: UUID, given: WaiveIn) -> ReviewItemDetail:
    """Leave access as it is although it was decided to go, for a reason."""
    waive_remediation(item_ref=ref, reason=given.reason, actor=request.actor)
    return ReviewItemDetail.about(ref, actor=request.actor)
