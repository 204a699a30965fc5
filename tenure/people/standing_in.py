"""Whom somebody decides for: themselves, and those whom they stand in for today."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.lib.actor import Actor
from tenure.lib.clock import now
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


def deciding_for(*, actor: Actor) -> QuerySet[Person]:
    """Those in whose place somebody may decide today, themselves first of all."""
    if not actor.person_id or not actor.may_somewhere("me.view"):
        return Person.objects.none()
    ref = as_ref(actor.person_id)
    given = delegations_on(_today(actor)).filter(to__ref=ref, person=OuterRef("pk"))
    me = Q(ref=ref) | Q(merged_into__ref=ref)
    return Person.objects.filter(me | Q(Exists(given)))


def delegations_on(day: date) -> QuerySet[Delegation]:
    """Those that hold on a day."""
    return Delegation.objects.filter(from_day__lte=day, until_day__gte=day, withdrawn_at=None)


def _today(actor: Actor) -> date:
    """The organization's day; asked once for everything that one request reads."""
    at, known = now(), _asked.get()
    if known is not None and known[0] is actor and abs(at - known[1]) < _WHILE:
        return known[2]
    today = day_of(at)
    _asked.set((actor, at, today))
    return today
