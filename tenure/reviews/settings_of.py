"""The settings of a campaign, as somebody gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.people import queries as people_queries
from tenure.people.models import Person
from tenure.reviews import recurrence, rules
from tenure.reviews.models import Campaign


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a campaign shall be. People by e-mail or ref, connections by ref."""

    title: str
    connections: Sequence[UUID | str]
    due_at: datetime
    scope: str = Campaign.Scope.ALL
    kinds: Sequence[str] = ()
    rule: str = Campaign.Rule.SYSTEM_OWNER
    named: str = ""
    fallback: str = ""
    sends_reminders: bool = True
    recurrence: str = ""
    needs_sign_off: bool = False
    carries_forward: bool = False


# What of a campaign is saved when its settings change.
FIELDS = (
    *("title", "scope", "kinds", "rule", "named", "fallback", "due_at", "sends_reminders"),
    *("recurrence", "recurs_at", "needs_sign_off", "carries_forward"),
)


def apply(campaign: Campaign, given: Settings, *, actor: Actor) -> list[Connection]:
    """Set the settings on a campaign that is not saved yet; the connections it shall cover.

    Refused where the actor may not manage reviews of one of them.
    """
    at = now()
    connections = [
        connection_queries.connection_by_ref(ref, actor=actor, permission="reviews.manage")
        for ref in dict.fromkeys(given.connections)
    ]
    if not connections:
        raise Invalid("Choose at least one connection.", field="connections")
    if given.scope not in Campaign.Scope.values:
        raise Invalid(f"Choose one of {', '.join(Campaign.Scope.values)} as scope.", field="scope")
    if given.rule not in Campaign.Rule.values:
        raise Invalid(f"Choose one of {', '.join(Campaign.Rule.values)} as rule.", field="rule")
    rules.check_settings(
        title=given.title,
        due_at=given.due_at,
        at=at,
        rule=given.rule,
        has_named=bool(given.named.strip()),
        kinds=given.kinds,
    )
    campaign.title = given.title.strip()[:200]
    campaign.scope, campaign.kinds = given.scope, sorted(set(given.kinds))
    campaign.rule = given.rule
    campaign.named = _person(given.named, actor)
    campaign.fallback = _person(given.fallback, actor)
    campaign.due_at, campaign.sends_reminders = given.due_at, given.sends_reminders
    campaign.recurrence = recurrence.check_recurrence(given.recurrence, since=at)
    campaign.recurs_at = (
        recurrence.next_after(campaign.recurrence, since=at, after=at)
        if campaign.recurrence
        else None
    )
    campaign.needs_sign_off = given.needs_sign_off
    campaign.carries_forward = given.carries_forward
    return connections


def _person(said: str, actor: Actor) -> Person | None:
    said = said.strip()
    return people_queries.person_by_email(said, actor=actor) if said else None
