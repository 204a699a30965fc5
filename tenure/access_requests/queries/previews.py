"""Who would be asked, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenure.access_requests import choosing, offering_rules, policy_rules
from tenure.access_requests.choosing import PlannedStep, Wanted
from tenure.access_requests.offering import Offer
from tenure.access_requests.queries.catalogue import offer_of
from tenure.access_requests.queries.policies import policy_of, rules_of
from tenure.access_requests.wording import length, step
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.neighbours import day_of
from tenure.people.standing_in import oneself


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be asked, in order; nobody where the policy `approves_itself`."""

    offer: Offer
    person: Person
    days: int | None
    steps: list[PlannedStep]
    policy_name: str
    approves_itself: bool = False

    @property
    def in_words(self) -> str:
        """ "For Hugo asking Owner of research for 30 days: step 1 the manager Rita, step 2 …" """
        asked = f"For {self.person} asking {self.offer.title} {length(self.days)}"
        if self.approves_itself:
            return f"{asked}: nobody needs to approve it."
        steps = ", ".join(f"step {n} {step(one)}" for n, one in enumerate(self.steps, start=1))
        return f"{asked}: {steps}."


def preview(
    resource_ref: UUID | str,
    role: str | None,
    *,
    person: Person,
    days: int | None = None,
    until: date | None = None,
    offer: Offer | None = None,
    actor: Actor,
) -> Preview:
    """Who would be asked for this, for that person and time, as of now: six questions, and four
    more where the offer is not known yet."""
    offer = offer or offer_of(resource_ref, role, actor=actor)
    asked = offering_rules.days_asked(days=days, until=until, today=day_of(now()))
    own = frozenset([person.pk, *oneself(actor=actor).values_list("pk", flat=True)])
    row = policy_of(offer.entry, actor=actor)
    wanted = Wanted(
        connection=offer.resource.connection,
        person=person,
        own=own,
        is_privileged=offer.is_privileged,
        days=asked,
        at=now(),
        entry_owner=offer.owner,
    )
    policy = rules_of(of=row)
    if policy_rules.needs_nobody(policy, wanted.circumstances):
        return Preview(offer, person, asked, [], row.name, approves_itself=True)
    return Preview(offer, person, asked, choosing.plan(policy, wanted), row.name)
