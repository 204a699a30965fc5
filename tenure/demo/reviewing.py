"""Access reviews of Halden Optics: one is finished, and one is in the middle."""

from __future__ import annotations

from datetime import timedelta

from tenure.connections import queries as connections
from tenure.demo.company import ADMIN, REVIEWER, SECOND
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.reviews import queries
from tenure.reviews.models import Campaign, ReviewItem
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.decide_review_items import decide_review_items
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.operations.reassign_review_items import reassign_review_items
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.settings_of import Settings
from tenure.users import queries as users
from tenure.users.actors import actor_of_user, local_operator

_DEPARTMENTS = ("Support", "Sales", "Finance")
_SOME = 12


def review(*, by: str) -> None:
    """Who owns the organization or a project was reviewed; everybody's access is under way."""
    actor = _actor(by)
    connection = connections.connections(actor=actor).get()
    privileged = Settings(
        title="Owners, third quarter",
        connections=[connection.ref],
        due_at=now() + timedelta(days=7),
        scope=Campaign.Scope.PRIVILEGED,
        rule=Campaign.Rule.NAMED,
        named=SECOND,
        fallback=ADMIN,
    )
    _finish(_open(privileged, actor), actor)
    everything = Settings(
        title="Everybody's access, fourth quarter",
        connections=[connection.ref],
        due_at=now() + timedelta(days=9),
        rule=Campaign.Rule.MANAGER,
        fallback=SECOND,
        recurrence="FREQ=MONTHLY;INTERVAL=3",
    )
    _begin(_open(everything, actor))


def _open(settings: Settings, actor: Actor) -> Campaign:
    campaign = create_campaign(settings=settings, actor=actor)
    campaign = stage_campaign(
        ref=campaign.ref,
        override_reason="It was connected today; what is missing is read within the hour",
        actor=actor,
    )
    for to in (ADMIN, REVIEWER):
        if queries.item_counts(campaign, actor=actor)["unassigned"]:
            reassign_review_items(
                campaign_ref=campaign.ref,
                show="unassigned",
                to=to,
                reason="Nobody reviews their own access",
                actor=actor,
            )
    return open_campaign(ref=campaign.ref, actor=actor)


def _finish(campaign: Campaign, actor: Actor) -> None:
    """Everything is kept, and whoever was asked stands by it."""
    for email in (ADMIN, SECOND, REVIEWER):
        reviewer = _actor(email)
        mine = queries.own_items(campaign, actor=reviewer)
        for item in mine:
            _keep(item, "Answers for the platform, or is on call for it", reviewer)
        if mine:
            submit_review(campaign_ref=campaign.ref, attests=True, actor=reviewer)
    close_campaign(ref=campaign.ref, actor=actor)


def _begin(campaign: Campaign) -> None:
    """Jonas has been through some departments, and looked at a few rows one by one."""
    reviewer = _actor(REVIEWER)
    for department in _DEPARTMENTS:
        waiting = queries.items_to_decide(campaign, show="all", q=department, actor=reviewer)
        if count := waiting.count():
            decide_review_items(
                campaign_ref=campaign.ref,
                decision="keep",
                count=count,
                q=department,
                actor=reviewer,
            )
    flagged = queries.own_items(campaign, actor=reviewer).filter(is_flagged=True)
    for number, item in enumerate(flagged.order_by("position")[:_SOME]):
        if number % 3 == 0:
            decide_review_item(
                ref=item.ref, decision="remove", reason="No longer needed", actor=reviewer
            )
        else:
            _keep(item, "Still on the project until the end of the year", reviewer)


def _keep(item: ReviewItem, reason: str, actor: Actor) -> None:
    said = reason if item.is_flagged else ""
    decide_review_item(ref=item.ref, decision="keep", reason=said, actor=actor)


def _actor(email: str) -> Actor:
    return actor_of_user(users.user_of_email(email, actor=local_operator()))
