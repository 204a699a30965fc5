"""What accounts hold, as lines: their own grants, and those of the groups they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf

from tenure.inventory.being_in_groups import OWN
from tenure.inventory.grant_lines import LINE, GrantLine, with_groups
from tenure.inventory.models import Account, Entitlement, Explanation, Grant, Resource
from tenure.inventory.queries.resources import VIEW
from tenure.lib.actor import Actor

MOST_GRANTS = 200
NEWEST = 50


def author(grant: str = "pk") -> Combinable:
    """Who gave what; `grant` is the path to it."""
    told = Explanation.objects.filter(moment="grant_began", row_id=OuterRef(grant))
    names = ("by_account__name", "by_account__email", "actor_email", "actor_id")
    some = (NullIf(F(f"event__{name}"), Value("")) for name in names)
    return Subquery(told.values(who=Coalesce(*some))[:1])


def grants(*, actor: Actor, also_inherited: bool = False) -> QuerySet[Grant]:
    """Every grant the actor may see, ended ones too; what is inherited is told by the groups."""
    visible = Grant.objects.filter(Q() if also_inherited else OWN)
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(collection__connection__ref__in=refs)
    return visible


def newest(of: QuerySet[Grant], resource: Resource) -> list[QuerySet[Grant]]:
    """Those of these grants on a resource that ended last, and of those that are held that began
    last: of each entitlement by the order of an index, not of all together. One query, for these.
    """
    found = []
    for entitlement in Entitlement.objects.filter(resource=resource).values_list("pk", flat=True):
        some = of.filter(entitlement=entitlement)
        ended = some.filter(ended_at__isnull=False).order_by("-ended_at")[:NEWEST]
        held = some.filter(ended_at__isnull=True).order_by("-began_at")[:NEWEST]
        found += [Grant.objects.filter(pk__in=one.values("pk")) for one in (ended, held)]
    return found


def one_of(of: Sequence[QuerySet[Grant]]) -> QuerySet[Grant]:
    """What is among any of these: as a list of keys, each found by its index. Asked with an "or" a
    database looks at all that have anything in common."""
    first, *others = (some.order_by().values("pk") for some in of)
    return Grant.objects.filter(pk__in=first.union(*others))


def lines_of(of: QuerySet[Grant]) -> list[GrantLine]:
    told = of.annotate(added_by=author()).values_list(*LINE.values(), "added_by")
    return [replace(GrantLine(*row), added_by=who or "") for *row, who in told]


def grants_of(account: Account, *, actor: Actor) -> list[GrantLine]:
    """What an account holds, and then what it held, its own and through groups, the newest first;
    one more than MOST_GRANTS of its own when there are more than those. One query."""
    mine = Grant.objects.filter(account=account)
    newest = mine.order_by(F("ended_at").desc(nulls_first=True), "id")[: MOST_GRANTS + 1]
    groups = mine.filter(entitlement__resource__kind=Resource.Kind.GROUP).order_by()
    of_groups = Q(
        OWN,
        group__in=groups.values("entitlement__resource"),
        entitlement__kind=Entitlement.Kind.ROLE,
    )
    wanted = grants(actor=actor, also_inherited=True)
    wanted = wanted.filter(Q(pk__in=newest.values("pk")) | of_groups)
    lines = lines_of(wanted.order_by(F("ended_at").desc(nulls_first=True), "id"))
    return with_groups(
        [line for line in lines if line.account_id is not None],
        [line for line in lines if line.account_id is None],
    )
