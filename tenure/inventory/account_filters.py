"""The filters of the list of accounts, as far as they ask nobody's person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan, LessThan

from tenure.inventory.activity_rules import DORMANT_DAYS, NOT_KNOWN, dormant_before
from tenure.inventory.models import Account, AccountLink

NEW = timedelta(days=30)
# In the words of the index of these.
_OTHER = ~Q(kind=Account.Kind.PERSON)
_OF_A_PERSON = Q(kind__in=AccountLink.KINDS)

# In the order of the page: the filter's name in the address, and its words.
ACCOUNT_FILTERS = {
    "all": "All",
    "attention": "Needs attention",
    "unlinked": "Unlinked",
    "suggested": "Suggested",
    "leavers": "Leavers",
    "owners": "Owners",
    "external": "External",
    "service": "Service",
    "shared": "Shared",
    "break_glass": "Break-glass",
    "new": "New in 30 days",
    "dormant": f"Dormant {DORMANT_DAYS} days",
    "unknown_activity": "Activity unknown",
    "gone": "Gone",
}


def plain(at: datetime, *, each: bool = False) -> dict[str, Q]:
    """The conditions by the names of their filters; `each` account is asked where there are many,
    else a database makes a list of them all and puts it in order for one page."""
    held = AccountLink.objects.filter(state=AccountLink.State.CONFIRMED).order_by()
    waiting = AccountLink.objects.filter(state=AccountLink.State.PROPOSED).order_by()
    unlinked = _OF_A_PERSON & ~Q(Exists(held.filter(account=OuterRef("pk"))))
    one_waits = Q(Exists(waiting.filter(account=OuterRef("pk"))))
    # An expression is no column of an index.
    active = Coalesce(F("last_active_at"), Value(NOT_KNOWN)) if each else F("last_active_at")
    return {
        "unlinked": unlinked,
        "suggested": unlinked & (one_waits if each else Q(pk__in=waiting.values("account"))),
        "all": Q(),
        "owners": Q(role="owner"),
        "external": _OTHER & Q(kind=Account.Kind.EXTERNAL),
        "service": _OTHER & Q(kind=Account.Kind.SERVICE),
        "shared": _OTHER & Q(kind=Account.Kind.SHARED),
        "break_glass": Q(is_break_glass=True),
        "new": Q(began_at__gte=at - NEW),
        "dormant": Q(GreaterThan(active, NOT_KNOWN)) & Q(LessThan(active, dormant_before(at))),
        "unknown_activity": Q(Exact(active, NOT_KNOWN)),
    }


def unowned(*kinds: Account.Kind) -> QuerySet[Account, int]:
    """The keys of accounts that are no person's by their kind, and nobody answers for; of some
    kinds only, if they are named."""
    others = Account.objects.filter(_OTHER).exclude(_OF_A_PERSON).order_by()
    some = others.filter(kind__in=kinds) if kinds else others
    return some.filter(ownership__owner=None).values_list("pk", flat=True)
