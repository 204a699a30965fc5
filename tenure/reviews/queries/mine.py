"""Whom somebody reviews for: themselves, and those whom they stand in for today."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.people.models import Delegation, Person
from tenure.people.neighbours import day_of

_WHILE = timedelta(minutes=1)
_asked: ContextVar[tuple[Actor, datetime, date] | None] = ContextVar("asked", default=None)


def oneself(*, actor: Actor) -> QuerySet[Person]:
    """The person somebody is, with all that were merged into them."""
    if not actor.person_id:
        return Person.objects.none()
    ref = as_ref(actor.person_id)
    return Person.objects.filter(Q(ref=ref) | Q(merged_into__ref=ref))


def reviewing_for(*, actor: Actor) -> QuerySet[Person]:
    """Those whose items somebody may decide today, themselves first of all."""
    if not actor.person_id or not actor.may_somewhere("me.view"):
        return Person.objects.none()
    today, ref = _today(actor), as_ref(actor.person_id)
    given = Delegation.objects.filter(
        to__ref=ref,
        person=OuterRef("pk"),
        from_day__lte=today,
        until_day__gte=today,
        withdrawn_at=None,
    )
    me = Q(ref=ref) | Q(merged_into__ref=ref)
    return Person.objects.filter(me | Q(Exists(given)))


def _today(actor: Actor) -> date:
    """The organization's day; asked once for everything that one request reads."""
    at, known = now(), _asked.get()
    if known is not None and known[0] is actor and abs(at - known[1]) < _WHILE:
        return known[2]
    today = day_of(at)
    _asked.set((actor, at, today))
    return today


def reviewer_to_submit(ref: UUID | str | None, *, actor: Actor) -> Person:
    """Whose review somebody submits: their own, or that of whom they stand in for."""
    mine = reviewing_for(actor=actor)
    wanted = mine.filter(ref=as_ref(ref or actor.person_id or ""))
    if (found := wanted.first()) is None:
        raise NotFound("You review for nobody of that ref; submit your own review.")
    return found
