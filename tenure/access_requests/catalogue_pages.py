"""The catalogue: what can be asked for, and what is decided about one thing in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from tenure.access_requests import queries, showing, wording
from tenure.access_requests.holdings import held_by
from tenure.access_requests.models import AccessRequest, ApprovalPolicy
from tenure.access_requests.offering import Offer
from tenure.access_requests.pages import tabs_of
from tenure.access_requests.queries import CatalogueAsked, Shelf
from tenure.inventory.models import Resource
from tenure.lib.actor import Actor
from tenure.lib.text import quantity

Kind = Resource.Kind
_SECTIONS = (
    (Kind.PROJECT, "Projects"),
    (Kind.GROUP, "Groups"),
    (Kind.ORGANIZATION, "The organization"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on a card of the catalogue."""

    offer: Offer
    may_manage: bool

    @property
    def label(self) -> str:
        """What stands beside the resource's name: the role."""
        title, _, _ = self.offer.title.partition(" of ")
        return title if self.offer.entry is None or not self.offer.entry.title else self.offer.title

    @property
    def says(self) -> str:
        return self.offer.description

    @property
    def is_privileged(self) -> bool:
        return self.offer.is_privileged

    @property
    def is_hidden(self) -> bool:
        return not self.offer.is_offered

    @property
    def url(self) -> str:
        if self.offer.why_impossible or not self.offer.is_offered:
            return ""
        asked = {"resource": str(self.offer.resource.ref), "role": self.offer.role}
        return f"{reverse('access_requests:new')}?{urlencode(asked)}"

    @property
    def edit_url(self) -> str:
        if not self.may_manage:
            return ""
        here = reverse("access_requests:entry", args=[self.offer.resource.ref])
        return f"{here}?{urlencode({'role': self.offer.role})}"

    @property
    def id(self) -> str:
        """Where it stands on the page, for what is said of it later."""
        return standing_id(self.offer.resource.pk, self.offer.role)

    @property
    def shown(self) -> str:
        return f"{self.offer.resource.pk}:{self.offer.role}"


def standing_id(resource: int, role: str) -> str:
    return f"offer-{resource}-{role}"


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource on the page, with what can be asked for of it."""

    shelf: Shelf
    lines: list[Line]

    @property
    def ref(self) -> str:
        return str(self.shelf.resource.ref)

    @property
    def name(self) -> str:
        if self.shelf.resource.kind == Kind.ORGANIZATION:
            return wording.organization(self.shelf.resource)
        return str(self.shelf.resource)

    @property
    def icon(self) -> str:
        return showing.icon_of(self.shelf.resource)

    @property
    def where(self) -> str:
        name = str(self.shelf.resource.connection.name)
        return "" if name == self.name else name

    @property
    def under(self) -> str:
        """Under its name: where it is, and whose."""
        owner = f"owned by {self.owner}" if self.owner else ""
        said = ", ".join(filter(None, [self.where, owner]))
        return f"{said[:1].upper()}{said[1:]}"

    @property
    def owner(self) -> str:
        owners = dict.fromkeys(str(one.offer.owner) for one in self.lines if one.offer.owner)
        return showing.in_words(list(owners))


def catalogue_page(q: str, cursor: str, *, actor: Actor) -> dict[str, Any]:
    """Context of the catalogue. Five questions; what of it somebody has comes by itself."""
    some = queries.catalogue(CatalogueAsked(search=q, cursor=cursor), actor=actor)
    may_manage = actor.may_somewhere("requests.manage")
    things = [_thing(shelf, actor) for shelf in some.rows]
    sections = [
        {"label": label, "head": f"h-{kind}", "things": mine}
        for kind, label in _SECTIONS
        if (mine := [one for one in things if one.shelf.resource.kind == kind and one.lines])
    ]
    return {
        "tabs": tabs_of("catalogue", {}, actor=actor),
        "q": q,
        "sections": sections,
        "elsewhere": _elsewhere(some.rows, actor),
        "may_manage": may_manage,
        "next_url": _address(q, some.next),
        "previous_url": _address(q, some.previous),
        "summary": quantity(len(things), "thing"),
        "shown": ",".join(one.shown for thing in things for one in thing.lines if one.url),
    }


def _thing(shelf: Shelf, actor: Actor) -> Thing:
    may = actor.may("requests.manage", connection=str(shelf.resource.connection.ref))
    return Thing(shelf, [Line(one, may) for one in shelf.offers if not one.why_impossible])


def _elsewhere(shelves: Sequence[Shelf], actor: Actor) -> list[dict[str, str]]:
    """What is not to be had here, and why."""
    return [
        {
            "icon": showing.icon_of(one.resource),
            "name": one.title,
            "why": one.why_impossible,
        }
        for shelf in shelves
        for one in shelf.offers
        if one.why_impossible and (one.is_offered or actor.may_somewhere("requests.manage"))
    ]


def _address(q: str, cursor: str | None) -> str:
    words = {name: word for name, word in {"q": q, "cursor": cursor}.items() if word}
    return f"{reverse('access_requests:catalogue')}?{urlencode(words)}" if cursor else ""


def standings(shown: Sequence[tuple[int, str]], *, actor: Actor) -> list[dict[str, str]]:
    """Of the things on a page, by resource and role, those the reader has or asked for already."""
    me = queries.person_acting(actor=actor)
    if me is None:
        return []
    found = held_by(of=me)
    asked = queries.requests_of_me(actor=actor).filter(person=me, state__in=AccessRequest.OPEN)
    waiting = {(one.resource_id, one.role): one for one in asked}
    said = []
    for pk, role in shown:
        if one := waiting.get((pk, role)):
            url = reverse("access_requests:request", args=[one.ref])
            gives = one.state in AccessRequest.GIVES
            word = "You have it" if gives else f"{one}: {one.get_state_display()}"
            said.append({"id": standing_id(pk, role), "says": word, "url": url})
        elif found.of(Resource(pk=pk), role) is not None:
            said.append({"id": standing_id(pk, role), "says": "You have it", "url": ""})
    return said


_DECIDED = (
    *("title", "description", "listing", "why_hidden", "departments", "person_kinds"),
    *("most_days", "needs_reason"),
)


def initial_of(offer: Offer) -> dict[str, Any]:
    """What is decided about a thing now."""
    usual = {"listing": "default", "needs_reason": True, "durations": list(offer.durations)}
    if (entry := offer.entry) is None:
        return usual
    return {
        **{name: getattr(entry, name) for name in _DECIDED},
        "owner": entry.owner.email if entry.owner else "",
        "policy": entry.policy.ref if entry.policy else None,
        "durations": entry.durations or list(offer.durations),
    }


def policies_to_choose(*, actor: Actor) -> QuerySet[ApprovalPolicy]:
    """Those a thing may name; the default one needs no naming."""
    some = ApprovalPolicy.objects.filter(is_default=False).order_by("name")
    return some if actor.may_somewhere("requests.manage") else some.none()


def entry_page(offer: Offer) -> dict[str, Any]:
    """Context of one entry, beside its form."""
    policy = offer.entry.policy if offer.entry else None
    offered = "Offered to everybody" if offer.is_offered else "Not offered"
    if offer.is_offered and offer.entry and (offer.entry.departments or offer.entry.person_kinds):
        offered = "Offered to some"
    facts = [
        ("Catalogue", offer.why_impossible or offered),
        ("Lengths", ", ".join(quantity(days, "day") for days in offer.durations)),
        ("At most", quantity(offer.most_days, "day") if offer.most_days else "Without an end"),
        ("Approved by", str(policy) if policy else "The default policy"),
    ]
    return {
        "title": offer.title,
        "is_privileged": offer.is_privileged,
        "usual": offer.description,
        "facts": facts,
        "changed": offer.entry,
    }


def thing(ref: UUID, role: str, *, actor: Actor) -> Offer:
    return queries.offer_of(ref, role, actor=actor)
