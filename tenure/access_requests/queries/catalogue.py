"""Reading the catalogue: what can be asked for, by whom, and why not.

    catalogue(CatalogueAsked(…), actor=…, of=person)    one page of resources with their offers
    offer_of(resource_ref, role, actor=…, of=person)    one thing
    thing_to_offer(resource_ref, role)                  one thing for an operation

Everybody sees what is offered; whoever manages requests also what is hidden, and why.
A page takes five questions, and three more when it says what somebody has already.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from tenure.access_requests.models import CatalogueEntry
from tenure.access_requests.offering import KINDS, Offer, offers_of
from tenure.connections.models import Connection
from tenure.inventory.models import Resource
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.people.models import Person

MANAGE, LOOK = "requests.manage", "me.view"
_BY_NAME = Sort("name", ("name",))


@dataclass(frozen=True, slots=True)
class CatalogueAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    search: str = ""
    kind: str = ""
    connection: str = ""
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """A resource and what can be asked for of it."""

    resource: Resource
    offers: list[Offer]


def catalogue(
    asked: CatalogueAsked | None = None, *, actor: Actor, of: Person | None = None
) -> Page[Shelf]:
    """One page of resources by name, each with its offers; `of` whom they are for."""
    asked = asked or CatalogueAsked()
    found = page(
        _resources(asked, actor=actor),
        sort=_BY_NAME,
        cursor=asked.cursor,
        filters={"search": asked.search, "kind": asked.kind, "connection": asked.connection},
        limit=asked.limit,
    )
    offers = offers_of(found.rows, person=of)
    shelves = [Shelf(one, _shown(offers[one.pk], actor)) for one in found.rows]
    return Page([one for one in shelves if one.offers], found.next, found.previous)


def offer_of(
    resource_ref: UUID | str, role: str | None, *, actor: Actor, of: Person | None = None
) -> Offer:
    """One thing, as it is for somebody; without a role, the least there is. What is hidden is there
    for whoever knows its address: it says that it is not offered."""
    actor.require(LOOK)
    return thing_to_offer(resource_ref, role, of=of)


def thing_to_offer(
    resource_ref: UUID | str, role: str | None, *, of: Person | None = None
) -> Offer:
    """One thing; NotFound for what is none."""
    some = _every().filter(ref=as_ref(resource_ref))
    if (resource := some.first()) is not None:
        offers = offers_of([resource], person=of)[resource.pk]
        if found := next((one for one in offers if role in (None, one.role)), None):
            return found
    raise NotFound("There is no such access to ask for; choose from the catalogue.")


def entries(*, actor: Actor) -> QuerySet[CatalogueEntry]:
    """What somebody decided about things, the newest first; for whoever manages requests."""
    some = CatalogueEntry.objects.select_related("resource__connection", "owner", "policy")
    return some.filter(_of_connections(actor, "resource__connection__")).order_by("-changed_at")


def _every() -> QuerySet[Resource]:
    return Resource.objects.select_related("connection").filter(kind__in=list(KINDS))


def _of_connections(actor: Actor, path: str) -> Q:
    if not actor.may_somewhere(MANAGE):
        return Q(pk=None)
    refs = actor.connections_where(MANAGE)
    return Q(pk__isnull=False) if refs is None else Q(**{f"{path}ref__in": refs})


def _resources(asked: CatalogueAsked, *, actor: Actor) -> QuerySet[Resource]:
    actor.require(LOOK)
    live = ~Q(connection__state__in=[Connection.State.DISCONNECTED, Connection.State.DRAFT])
    some = _every().filter(live, ended_at=None, archived_at=None)
    if asked.kind:
        if asked.kind not in KINDS:
            raise NotFound(f"There is no kind {asked.kind!r} in the catalogue; start from all.")
        some = some.filter(kind=asked.kind)
    if asked.connection:
        some = some.filter(connection__ref=as_ref(asked.connection))
    if words := asked.search.strip():
        some = some.filter(
            Q(name__icontains=words)
            | Q(external_id=words)
            | Q(catalogue_entries__title__icontains=words)
            | Q(catalogue_entries__description__icontains=words)
        ).distinct()
    return some


def _shown(offers: list[Offer], actor: Actor) -> list[Offer]:
    """Whoever manages the requests of a connection sees what is hidden there."""
    return [
        one
        for one in offers
        if (one.is_offered and one.is_for_them)
        or actor.may(MANAGE, connection=str(one.resource.connection.ref))
    ]


def offer_named(said: str, *, actor: Actor, of: Person | None = None) -> Offer:
    """One thing by its ref with its role, as in REF:member, or by its title."""
    ref, _, role = said.strip().partition(":")
    if as_ref(ref).int:
        return offer_of(ref, role, actor=actor, of=of)
    actor.require(LOOK)
    wanted = " ".join(said.split()).casefold()
    where = wanted.partition(" of ")[2].removeprefix("the ").partition(" ")[2]
    for search in dict.fromkeys((wanted, wanted.partition(" of ")[2] or wanted, where or wanted)):
        named = CatalogueAsked(search=search, limit=_MOST_FOUND)
        found = [
            one
            for shelf in catalogue(named, actor=actor, of=of).rows
            for one in shelf.offers
            if one.title.casefold() == wanted
        ]
        if len(found) == 1:
            return found[0]
        if found:
            refs = ", ".join(f"{one.resource.ref}:{one.role}".rstrip(":") for one in found)
            raise NotFound(f"Several are called {said}; name one by its ref: {refs}.")
    raise NotFound(f"Nothing in the catalogue is called {said}; list what there is first.")


_MOST_FOUND = 500
