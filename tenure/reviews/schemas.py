"""Campaigns and their items as the API shows them."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, Moment, Named, PageOf, PageQuery, one_of
from tenure.reviews import queries, rules
from tenure.reviews.models import Campaign, CampaignSnapshot
from tenure.reviews.queries.campaigns import SHOWS as CAMPAIGN_SHOWS
from tenure.reviews.queries.items import SHOWS
from tenure.reviews.settings_of import Settings

_REASON = "The auditor reads it."


class CampaignsQuery(PageQuery):
    show: str = one_of(("", *CAMPAIGN_SHOWS), "")
    state: str = one_of(("", *Campaign.State.values), "")
    connection: UUID | None = Field(None, description="Only of this connection.")


class ReviewItemsQuery(PageQuery):
    show: str = one_of(SHOWS, "all")
    reviewer: UUID | None = Field(None, description="Only of this reviewer, a person.")
    q: str = Field("", max_length=200, description="In names, addresses and roles.")


class CampaignIn(Given):
    """The settings of a campaign; people by e-mail or ref."""

    title: str = Field(max_length=200)
    connections: list[UUID] = Field(max_length=100)
    due_at: Moment
    scope: str = one_of(Campaign.Scope.values, "all")
    kinds: list[str] = Field([], max_length=4, description=f"Of {', '.join(rules.KINDS)}; all.")
    rule: str = one_of(Campaign.Rule.values, "system-owner", "Who reviews.")
    named: str = Field("", max_length=320, description="Who reviews everything, by that rule.")
    fallback: str = Field("", max_length=320, description="Who reviews what nobody else can.")
    sends_reminders: bool = True
    recurrence: str = Field("", max_length=200, description="An RRULE.")
    needs_sign_off: bool = False
    carries_forward: bool = Field(default=False, description="Keep unchanged rows without flags.")

    def settings(self) -> Settings:
        return Settings(**self.model_dump())


class StageIn(Given):
    override_reason: str = Field(
        "", max_length=500, description="Why data that was not read lately will do."
    )


class CampaignReasonIn(Given):
    reason: str = Field(max_length=500, description=_REASON)


class SignOffIn(Given):
    note: str = Field("", max_length=500)


class DuplicateIn(Given):
    title: str = Field("", max_length=200)
    due_at: Moment | None = None


class DecisionIn(Given):
    """What is decided. `version` is of the item as it was shown; 409 when it is another by now."""

    decision: str = one_of(("keep", "remove", "change"), ...)
    reason: str = Field("", max_length=500, description="For all but keeping what is not flagged.")
    to_role: str = Field("", max_length=120)
    version: int | None = Field(None, ge=0)


class UndoIn(Given):
    version: int | None = Field(None, ge=0)


class DecisionsIn(Given):
    """One decision for all that is one's own, undecided and not flagged of a filter. `count` is
    how many that are; 409 when there are others by now."""

    decision: str = one_of(("keep", "remove"), ...)
    count: int = Field(ge=1)
    show: str = one_of(SHOWS, "all")
    q: str = Field("", max_length=200)
    reason: str = Field("", max_length=500)


class ReassignIn(Given):
    """Which items, and to whom: a person by e-mail or ref."""

    to: str = Field(max_length=320)
    reason: str = Field(max_length=500, description=_REASON)
    items: list[UUID] = Field([], max_length=1000)
    reviewer: UUID | None = Field(None, description="All that this person has left.")
    show: str = one_of(("", *SHOWS), "")


class SubmitIn(Given):
    """`attests` confirms the sentence that the submission keeps."""

    attests: bool
    reviewer: UUID | None = Field(None, description="Whom one stands in for; oneself without.")


class WaiveIn(Given):
    reason: str = Field(max_length=500, description=_REASON)


class SnapshotOut(Schema):
    """What was frozen. `not_fresh` are the sorts of lists that were not as they should be."""

    ref: str
    number: int
    taken_at: Instant
    taken_by: str
    rows: int
    sha256: str
    override_reason: str
    covers: list[str]
    kinds: dict[str, int]
    flags: dict[str, int]
    gone_since: int
    not_fresh: list[str]

    @classmethod
    def of(cls, taken: CampaignSnapshot) -> SnapshotOut:
        same = ("number", "taken_at", "taken_by", "rows", "sha256", "override_reason")
        return SnapshotOut(
            **{name: getattr(taken, name) for name in same},
            ref=str(taken.ref),
            covers=[one["says"] for one in taken.covers["connections"]],
            kinds=taken.counts["kinds"],
            flags=taken.counts["flags"],
            gone_since=taken.counts["gone_since"],
            not_fresh=[one["kind"] for one in taken.freshness if one["not_fresh"]],
        )


class CampaignOut(Schema):
    """One round of access review, and how far it is."""

    ref: str
    title: str
    state: str
    scope: str
    kinds: list[str]
    rule: str
    named: Named | None
    fallback: Named | None
    connections: list[Named]
    due_at: Instant
    recurrence: str
    needs_sign_off: bool
    carries_forward: bool
    created_at: Instant
    created_by: str
    opened_at: Instant | None
    closed_at: Instant | None
    completed_at: Instant | None
    cancelled_at: Instant | None
    reason: str
    is_overdue: bool
    items: int
    decided: int
    submitted: int
    flagged: int
    remediation: int
    unsettled: int

    @classmethod
    def columns(cls, campaign: Any) -> dict[str, Any]:  # noqa: ANN401 - one with its progress
        same = ("title", "state", "scope", "kinds", "rule", "due_at", "recurrence", "reason")
        more = ("needs_sign_off", "carries_forward", "created_at", "created_by", "opened_at")
        ends = ("closed_at", "completed_at", "cancelled_at")
        return {
            **{name: getattr(campaign, name) for name in (*same, *more, *ends)},
            "ref": str(campaign.ref),
            "named": Named.of(campaign.named) if campaign.named else None,
            "fallback": Named.of(campaign.fallback) if campaign.fallback else None,
            "connections": [Named.of(one) for one in campaign.connections.all()],
            "is_overdue": campaign.is_overdue,
            "items": campaign.item_count,
            "decided": campaign.decided_count,
            "submitted": campaign.submitted_count,
            "flagged": campaign.flagged_count,
            "remediation": campaign.remediation_count,
            "unsettled": campaign.unsettled_count,
        }

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignOut:
        return CampaignOut(**cls.columns(campaign))


class CampaignPage(PageOf[CampaignOut]):
    pass


class CampaignDetail(CampaignOut):
    """A campaign with its snapshot, null before it is staged."""

    snapshot: SnapshotOut | None

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        campaign = queries.campaign_by_ref(ref, actor=actor)
        taken = campaign.snapshot
        return cls(**cls.columns(campaign), snapshot=SnapshotOut.of(taken) if taken else None)
