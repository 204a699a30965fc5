"""Asking for access: the page, who would be asked while one writes, and the sending of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tenure.access_requests import queries, showing
from tenure.access_requests.fields import NO_END, UNTIL, days_and_until
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.offering import Offer
from tenure.access_requests.operations.submit_request import submit_request
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import DomainError, NotFound
from tenure.lib.text import quantity
from tenure.people.models import Person


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody came to ask for; and what it makes longer, if it does."""

    offer: Offer
    person: Person | None
    extends: AccessRequest | None = None


def wanted(said: Mapping[str, str], *, actor: Actor) -> Wanted:
    """What the address asks for; NotFound leads to the catalogue."""
    if ref := said.get("extends", ""):
        first = queries.request_of(ref, actor=actor)
        offer = queries.offer_of(first.resource.ref, first.role, actor=actor)
        return Wanted(offer, first.person, extends=first)
    me, resource = queries.person_acting(actor=actor), said.get("resource", "")
    if not resource:
        raise NotFound("Choose what you need from the catalogue first.")
    return Wanted(queries.offer_of(resource, said.get("role", ""), actor=actor), me)


def lengths_of(wanted: Wanted) -> list[tuple[str, str]]:
    """For how long it may be asked for, as choices."""
    offer = wanted.offer
    lengths = [(str(days), quantity(days, "day")) for days in offer.durations]
    lengths.append((UNTIL, "Until a day"))
    if offer.most_days is None and wanted.extends is None:
        lengths.append((NO_END, "Without an end"))
    return lengths


def initial_of(wanted: Wanted) -> dict[str, str]:
    """The usual length, and for oneself."""
    lengths = lengths_of(wanted)
    email = wanted.person.email if wanted.person else ""
    return {"length": lengths[min(1, len(lengths) - 1)][0], "person": email}


def new_page(wanted: Wanted, *, actor: Actor) -> dict[str, Any]:
    """Context of the form, beside the form itself."""
    offer, first = wanted.offer, wanted.extends
    standing = "" if first else offer.why_not
    if first is not None and first.ends_at is not None:
        standing = f"It ends {showing.day(first.ends_at)}, {showing.in_days(first.ends_at, now())}."
    return {
        "title": first.title if first else offer.title,
        "says": offer.description,
        "standing": standing,
        "is_privileged": offer.is_privileged,
        "icon": showing.icon_of(offer.resource),
        "resource": offer.resource,
        "role": offer.role,
        "extends": first,
        "may_find_people": actor.may_somewhere("people.view"),
        "back": reverse("access_requests:me" if first else "access_requests:catalogue"),
    }


def send(wanted: Wanted, said: Mapping[str, Any], *, actor: Actor) -> AccessRequest:
    """Ask for it, as it was written."""
    return submit_request(
        resource=wanted.offer.resource.ref,
        role=wanted.offer.role,
        person=said["person"],
        reason=said["reason"],
        extends=wanted.extends.ref if wanted.extends else None,
        actor=actor,
        **days_and_until(said),
    )


def sent_says(sent: AccessRequest, *, actor: Actor) -> str:
    """What becomes of it now, in a sentence."""
    if sent.state != AccessRequest.State.PENDING_APPROVAL:
        return "Nobody has to approve it: it is being given now"
    request = queries.request_of(sent.ref, actor=actor)
    step = next((one for one in request.steps.all() if one.state == "open"), None)
    names = [str(one.person) for one in step.asked.all()] if step else []
    if not names or len(names) > _MOST_NAMED:
        return "Sent: those who approve it are told"
    return f"Sent: {showing.in_words(names)} {'is' if len(names) == 1 else 'are'} told"


_MOST_NAMED = 3


def preview_of(said: Mapping[str, Any], *, actor: Actor) -> dict[str, Any]:
    """Context of who would be asked; a sentence where it cannot be said."""
    if not said.get("resource"):
        return {"refusal": "Say first for whom and for how long."}
    length = days_and_until(said)
    if said["length"] == UNTIL and length["until"] is None:
        return {"refusal": "Choose the last day."}
    try:
        person = queries.person_named(said["person"], actor=actor)
        offer = queries.offer_of(said["resource"], said["role"], actor=actor, of=person)
        shown = queries.preview(
            said["resource"], said["role"], person=person, offer=offer, actor=actor, **length
        )
    except DomainError as refusal:
        return {"refusal": str(refusal)}
    return {
        "already": "" if said["extends"] else shown.offer.why_not,
        "steps": steps_in_words(shown),
        "after": f"{person} gets it",
        "ends": _ends(length),
    }


def steps_in_words(shown: queries.Preview) -> list[dict[str, str]]:
    """Who would be asked, step by step."""
    return [
        {
            "names": showing.in_words(
                [str(one.person) for one in step.asked],
                last="and" if step.needs == "all" else "or",
            ),
            "why": _whys([one.why for one in step.asked]),
            "within": f"within {step.answer_within_h} h",
        }
        for step in shown.steps
    ]


def _whys(whys: list[str]) -> str:
    said = list(dict.fromkeys(whys))
    first = "; ".join(said)
    return first[:1].upper() + first[1:]


def _ends(length: Mapping[str, Any]) -> str:
    if length["until"] is not None:
        return f"on {showing.day(length['until'])}"
    return f"after {quantity(length['days'], 'day')}" if length["days"] else ""
