"""What accounts hold by being in groups, in SQL. The rule is `access_rules.project_access`."""

from __future__ import annotations

from django.db.models import F, FilteredRelation, Q, QuerySet

from tenure.inventory.access_rules import NO_ROLE, OWNER
from tenure.inventory.models import Account, Entitlement, Grant, Resource

# Not what the provider says to be inherited: the groups themselves tell that.
OWN = Q(via_group_ids="")
# A role that is one.
A_ROLE = Q(entitlement__kind=Entitlement.Kind.ROLE) & ~Q(entitlement__external_id=NO_ROLE)
# What somebody's group holds, and what that is a role on.
HELD = "of_group__entitlement__external_id"
ON = "of_group__entitlement__resource"


def in_groups(*on: Q, **held: object) -> QuerySet[Grant]:
    """Who is in a group that holds such roles, once for each, with what it is `on`.

    All conditions stand in one filter: another one would look at another grant of the group.
    """
    path = "entitlement__resource__held"
    joined = FilteredRelation(path, condition=Q(**{f"{path}__ended_at": None}))
    return (
        Grant.objects.annotate(of_group=joined)
        .filter(
            OWN,
            *on,
            ended_at=None,
            account__isnull=False,
            entitlement__resource__kind=Resource.Kind.GROUP,
            of_group__entitlement__kind=Entitlement.Kind.ROLE,
            **held,
        )
        .annotate(on=F(ON))
    )


def owning(accounts: str = "") -> Q:
    """Of accounts that own the organization, by themselves or through a group; `accounts` is the
    path to them."""
    kind = Resource.Kind.ORGANIZATION
    own = Grant.objects.filter(
        OWN, ended_at=None, entitlement__resource__kind=kind, entitlement__external_id=OWNER
    )
    through = in_groups(**{f"{ON}__kind": kind, HELD: OWNER})
    # One list: with an "or" of several a database looks at every account.
    owners = Account.objects.filter(role=OWNER).order_by().values("pk")
    owners = owners.union(
        own.exclude(account=None).order_by().values("account"),
        through.order_by().values("account"),
    )
    return Q(**{f"{accounts}__in" if accounts else "pk__in": owners})
