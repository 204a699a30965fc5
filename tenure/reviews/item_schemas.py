"""Items, submissions and results as the API shows them."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from ninja import Schema

from tenure.lib.actor import Actor
from tenure.lib.endpoints import Instant, Named, PageOf
from tenure.reviews import queries
from tenure.reviews.hints import differences, flags_of, hint_of
from tenure.reviews.models import ReviewItem, ReviewSubmission
from tenure.reviews.queries import results
from tenure.reviews.remedy_words import right


class HintOut(Schema):
    """What would do: remove, change (to_role), unknown for want of data, or none."""

    suggestion: str
    says: str
    to_role: str


class DifferenceOut(Schema):
    field: str
    before: str
    now: str


class RemediationOut(Schema):
    """What became of a removal or change. `came_back` says that it is there again."""

    state: str
    reason: str
    changed_since_snapshot: str
    operation: str | None
    verified_at: Instant | None
    confirmed_at: Instant | None
    reappeared_at: Instant | None
    waived_by: str


class ReviewItemOut(Schema):
    """One thing to decide, as it was frozen, and what was decided. `right` is what somebody has in
    a few words; `granted` when and how well that is known; instants are null where nobody knows."""

    ref: str
    kind: str
    path: str
    right: str
    person: str | None
    person_email: str
    person_state: str
    manager: str
    department: str
    account: str
    account_email: str
    account_kind: str
    organization_role: str
    role: str
    resource: str
    via: str
    is_scim_managed: bool
    connection: Named
    granted_at: Instant | None
    granted_not_before: Instant | None
    granted_known_by: str
    granted_by: str
    last_login_at: Instant | None
    last_active_at: Instant | None
    last_active_source: str
    last_used_at: Instant | None
    created_at: Instant | None
    expires_at: Instant | None
    spent: int | None
    currency: str
    flags: list[str]
    delta: str
    differences: list[DifferenceOut]
    last_decision: str
    hint: HintOut
    reviewer: Named | None
    assigned_by: str
    decision: str
    to_role: str
    reason: str
    decided_at: Instant | None
    decided_by: str
    carried_forward: bool
    version: int
    submitted_at: Instant | None
    remediation: RemediationOut | None

    @classmethod
    def of(cls, item: ReviewItem) -> ReviewItemOut:
        """Of an item as `item_page` or `item_by_ref` gives it."""
        same = (
            *("kind", "path", "person_email", "person_state", "department", "account_email"),
            *("account_kind", "organization_role", "is_scim_managed", "last_used_at"),
            *("created_at", "expires_at", "spent", "currency", "delta", "assigned_by"),
            *("decision", "to_role", "reason", "decided_at", "decided_by", "version"),
        )
        hint = hint_of(item)
        submission: ReviewSubmission | None = item.submission
        return ReviewItemOut(
            **{name: getattr(item, name) for name in same},
            ref=str(item.ref),
            right=right(item),
            person=item.person_name or None,
            manager=item.manager_name,
            account=item.account_name or item.principal_id,
            role=item.role_name or item.role,
            resource=item.resource_name,
            via=item.via_name,
            connection=Named.of(item.connection),
            granted_at=item.began_at,
            granted_not_before=item.began_not_before,
            granted_known_by=item.began_known_by,
            granted_by=item.given_by,
            last_login_at=item.login_at,
            last_active_at=item.active_at,
            last_active_source=item.active_source,
            flags=list(flags_of(item)),
            differences=[DifferenceOut(**one._asdict()) for one in differences(item)],
            last_decision=item.before.decision if item.before else "",
            hint=HintOut(suggestion=hint.suggestion, says=hint.says, to_role=hint.to_role),
            reviewer=Named.of(item.reviewer) if item.reviewer else None,
            carried_forward=item.was_carried,
            submitted_at=submission.at if submission else None,
            remediation=_remediation(item),
        )


def _remediation(item: ReviewItem) -> RemediationOut | None:
    work = getattr(item, "remediation", None)
    if work is None:
        return None
    operation = work.operation
    return RemediationOut(
        state=work.state,
        reason=work.reason,
        changed_since_snapshot=work.was_changed,
        operation=str(operation.ref) if operation else None,
        verified_at=operation.verified_at if operation else None,
        confirmed_at=operation.confirmed_at if operation else None,
        reappeared_at=operation.reappeared_at if operation else None,
        waived_by=work.waived_by,
    )


class ReviewItemPage(PageOf[ReviewItemOut]):
    pass


class ReviewItemDetail(ReviewItemOut):
    """One item, and the campaign that it is of."""

    campaign: Named

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        item = queries.item_by_ref(ref, actor=actor)
        campaign = item.campaign
        named = Named(ref=str(campaign.ref), name=campaign.title)
        return cls(**ReviewItemOut.of(item).model_dump(), campaign=named)


class ItemCounts(Schema):
    """How many items each filter shows, and how many one decision for all would reach."""

    counts: dict[str, int]
    to_decide_at_once: int

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        campaign = queries.campaign_by_ref(ref, actor=actor)
        return cls(
            counts=queries.item_counts(campaign, actor=actor),
            to_decide_at_once=queries.items_to_decide(campaign, actor=actor).count(),
        )


class Decided(Schema):
    """How many items were decided, or given to somebody else."""

    count: int


class SubmissionOut(Schema):
    """What a reviewer attested, and the fingerprint of what they had decided."""

    ref: str
    reviewer: Named
    at: Instant
    by: str
    attestation: str
    counts: dict[str, int]
    sha256: str

    @classmethod
    def of(cls, one: ReviewSubmission) -> Self:
        same = ("at", "by", "attestation", "counts", "sha256")
        return cls(
            **{name: getattr(one, name) for name in same},
            ref=str(one.ref),
            reviewer=Named.of(one.reviewer),
        )


class ReviewerOut(Schema):
    """How one reviewer goes about it; `seconds` is what an item took them."""

    ref: str
    name: str
    items: int
    decided: int
    submitted: int
    kept: int
    removed: int
    changed: int
    flagged: int
    flagged_kept: int
    decided_together: int
    keep_rate: float | None
    seconds: float | None


class DayOut(Schema):
    day: str
    undecided: int
    unsubmitted: int


class ResultsOut(Schema):
    """How a campaign went. `hours` is the median from closing until a read showed it gone."""

    reviewers: list[ReviewerOut]
    burn_down: list[DayOut]
    remediation: dict[str, int]
    hours: float | None
    came_back: int
    changed_since_snapshot: int

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        campaign = queries.campaign_by_ref(ref, actor=actor)
        removed = results.removals(campaign, actor=actor)
        same = ("ref", "name", "items", "decided", "submitted", "kept", "removed", "changed")
        more = ("flagged", "flagged_kept", "keep_rate", "seconds")
        return cls(
            reviewers=[
                ReviewerOut(
                    **{name: getattr(one, name) for name in (*same, *more)},
                    decided_together=one.together,
                )
                for one in results.reviewers(campaign, actor=actor)
            ],
            burn_down=[
                DayOut(
                    day=one.day.isoformat(), undecided=one.undecided, unsubmitted=one.unsubmitted
                )
                for one in results.burn_down(campaign, actor=actor)
            ],
            remediation=removed.states,
            hours=removed.hours,
            came_back=removed.came_back,
            changed_since_snapshot=results.changed_since(campaign, actor=actor).count(),
        )
