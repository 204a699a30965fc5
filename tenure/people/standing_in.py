"""Whom somebody decides for: themselves, and those whom they stand in for today."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.ids import as_ref
from tenure.people.models import Delegation, Person
from tenure.people.neighbours import day_of

_WHILE = timedelta(minutes=1)
_asked: ContextVar[tuple[Actor, datetime, date] | None] = ContextVar("asked", default=None)


def oneself(*, actor: Actor) -> QuerySet[Person]:
    """The person somebody is, with all that were merged into them."""
    return Person.objects.filter(_me(actor)) if actor.person_id else Person.objects.none()


def deciding_for(*, actor: Actor) -> QuerySet[Person]:
    """Those in whose place somebody may decide today, themselves first of all."""
    if not actor.person_id or not actor.may_somewhere("me.view"):
        return Person.objects.none()
    given = delegations_on(_today(actor)).filter(to__in=_named(actor))
    return Person.objects.filter(_me(actor) | Q(pk__in=given.order_by().values("person")))


def _me(actor: Actor) -> Q:
    # Each half goes by an index of its own; a join would look at everybody.
    return Q(ref=as_ref(actor.person_id or "")) | Q(merged_into__in=_named(actor))


def _named(actor: Actor) -> QuerySet[Person, Any]:
    return Person.objects.filter(ref=as_ref(actor.person_id or "")).order_by().values("pk")


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
