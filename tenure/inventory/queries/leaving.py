"""Accounts of people who may not hold access, as conditions and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tenure.inventory.models import Account, AccountLink, Grant, Resource
from tenure.lib.clock import now
from tenure.people.states import may_not_hold_access


def of_leavers(account: str, *, at: datetime, each: bool = False) -> Q:
    """That an account, whose path this is, belongs to somebody who may not hold access.

    Of few, one list is made first. Where there are many, `each` account is asked, so that a page,
    or a count that stops, looks at few of them.
    """
    held = AccountLink.objects.filter(state=AccountLink.State.CONFIRMED).order_by()
    leaving = held.filter(may_not_hold_access(at=at, person="person__"))
    if each:
        return Q(Exists(leaving.filter(account=OuterRef(account))))
    return Q(**{f"{account}__in": leaving.values("account")})


def leaving_places(*, at: datetime) -> Q:
    """Of places in groups those of accounts that work, of people who may not hold access."""
    gone = Account.objects.filter(status=Account.Status.GONE).order_by().values("pk")
    return of_leavers("account", at=at) & ~Q(account__in=gone)


def leavers_in(of: QuerySet[Resource]) -> dict[int, int]:
    """How many are in each of these groups who may not hold access, of those with any."""
    counted = _counted(of).values_list("entitlement__resource", "n")
    return {pk: number for pk, number in counted if number}


def with_leavers(of: QuerySet[Resource]) -> QuerySet[Any]:
    """The keys of those of these groups."""
    return _counted(of).filter(n__gt=0).values("entitlement__resource")


def _counted(groups: QuerySet[Resource]) -> QuerySet[Any]:
    # As a condition of the count: of all places a database would begin with everybody who left.
    number = Count("pk", filter=leaving_places(at=now()))
    among = groups.order_by().select_related(None).values("pk")
    places = Grant.objects.filter(ended_at=None, entitlement__resource__in=among).order_by()
    return places.values("entitlement__resource").annotate(n=number)
