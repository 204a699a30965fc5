"""From what somebody wants to a request that is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db.models import Max

from tenure.access_requests import asking, choosing, granting, offering_rules, policy_rules, queries
from tenure.access_requests import rules as request_rules
from tenure.access_requests.choosing import Wanted
from tenure.access_requests.holdings import held_by
from tenure.access_requests.models import AccessRequest, ApprovalPolicy, RequestEvent
from tenure.access_requests.offering import Offer, already, asked_already
from tenure.access_requests.policy_rules import DEFAULT, DEFAULT_NAME, Policy
from tenure.access_requests.timeline import note
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.people.neighbours import day_of

State = AccessRequest.State


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants, with everything looked up."""

    offer: Offer
    person: Person
    asked_by: Person | None
    reason: str
    days: int | None
    until: date | None
    extends: AccessRequest | None
    at: datetime


def wish_for(
    resource: UUID | str,
    role: str,
    *,
    person: UUID | str | None,
    reason: str,
    days: int | None,
    until: date | None,
    extends: UUID | str | None,
    actor: Actor,
) -> Wish:
    """Look up what is named. In a transaction: whom it is for is locked, so that nobody asks the
    same for them at the same time."""
    at = now()
    whom = queries.person_to_ask_for(person, actor=actor)
    offer = queries.thing_to_offer(resource, role, of=whom)
    earlier = queries.request_to_change(extends, actor=actor) if extends else None
    asked = offering_rules.days_asked(days=days, until=until, today=day_of(at))
    offering_rules.check_length(asked, most_days=offer.most_days)
    return Wish(
        offer=offer,
        person=whom,
        asked_by=queries.person_acting(actor=actor),
        reason=offering_rules.check_reason(reason, is_needed=offer.needs_reason),
        days=asked,
        until=until,
        extends=earlier,
        at=at,
    )


def check(wish: Wish) -> None:
    """Refuse what is not to be had, or is had or asked for already."""
    offer = wish.offer
    offering_rules.check_may_ask(
        is_offered=offer.is_offered,
        why_impossible=offer.why_impossible,
        is_for_them=offer.is_for_them,
        title=offer.title,
        name=str(wish.person),
    )
    if wish.extends is not None:
        _check_extension(wish, wish.extends)
        return
    held = held_by(of=wish.person)
    offering_rules.check_is_new(
        held=already(offer.title, held, offer.resource, offer.role, str(wish.person)),
        waiting=asked_already(offer.waiting) if offer.waiting else "",
    )


def _check_extension(wish: Wish, earlier: AccessRequest) -> None:
    whose = earlier.person.merged_into_id or earlier.person_id
    is_same = (earlier.resource_id, earlier.role, whose) == (
        wish.offer.resource.pk,
        wish.offer.role,
        wish.person.pk,
    )
    ends_on = day_of(earlier.ends_at) if earlier.ends_at else None
    request_rules.check_extension(
        gives=earlier.state in AccessRequest.GIVES,
        has_end=earlier.ends_at is not None,
        is_same=is_same,
        is_later=wish.until is None or ends_on is None or wish.until > ends_on,
        is_extended=earlier.extensions.filter(
            state__in=[State.PENDING_APPROVAL, State.PENDING_PROVISIONING]
        ).exists(),
        name=str(earlier),
    )


def send(wish: Wish, *, actor: Actor) -> AccessRequest:
    """Write a request down, with who is asked, and open its first step. In a transaction."""
    policy_row = _policy_of(wish.offer, at=wish.at)
    policy, wanted = queries.rules_of(of=policy_row), _wanted(wish)
    approves_itself = policy_rules.needs_nobody(policy, wanted.circumstances)
    planned = [] if approves_itself else choosing.plan(policy, wanted)
    request = AccessRequest.objects.create(
        number=(AccessRequest.objects.aggregate(n=Max("number"))["n"] or 0) + 1,
        connection=wish.offer.resource.connection,
        resource=wish.offer.resource,
        role=wish.offer.role,
        title=wish.offer.title,
        is_privileged=wish.offer.is_privileged,
        person=wish.person,
        asked_by=actor.named[:100],
        asked_by_person=wish.asked_by,
        reason=wish.reason,
        days=wish.days if wish.until is None else None,
        until=wish.until,
        extends=wish.extends,
        policy=_frozen(policy_row, policy),
        policy_name=policy_row.name,
        asked_at=wish.at,
        approved_at=wish.at if approves_itself else None,
    )
    note(request, RequestEvent.Kind.ASKED, text=wish.reason, actor=actor)
    if approves_itself:
        text = f"By the policy {policy_row.name}, which asks nobody for this."
        note(request, RequestEvent.Kind.APPROVED, text=text, actor=actor)
        granting.provision(request, actor=actor)
        return request
    asking.write_down(request, planned)
    asking.open_next(request, at=wish.at, actor=actor)
    return request


def _wanted(wish: Wish) -> Wanted:
    own = {wish.person.pk}
    if wish.asked_by is not None:
        own.add(wish.asked_by.pk)
    return Wanted(
        connection=wish.offer.resource.connection,
        person=wish.person,
        own=frozenset(own),
        is_privileged=wish.offer.is_privileged,
        days=wish.days,
        at=wish.at,
        entry_owner=wish.offer.owner,
    )


def _policy_of(offer: Offer, *, at: datetime) -> ApprovalPolicy:
    """The policy of a thing. The default one is made on first use, and locked: requests have
    numbers, one after another."""
    ApprovalPolicy.objects.get_or_create(
        is_default=True,
        defaults={
            "name": DEFAULT_NAME,
            "rules": msgspec.to_builtins(DEFAULT),
            "changed_at": at,
            "changed_by": "Tenure",
        },
    )
    default = ApprovalPolicy.objects.select_for_update().get(is_default=True)
    return offer.entry.policy if offer.entry and offer.entry.policy else default


def _frozen(row: ApprovalPolicy, policy: Policy) -> dict[str, object]:
    return {
        "ref": str(row.ref),
        "name": row.name,
        "version": row.version,
        "rules": msgspec.to_builtins(policy),
        "escalates_to": str(row.escalates_to.ref) if row.escalates_to else "",
    }
