"""Every way to read roles: what each lets its holder do, and who holds it by which path.

Somebody sees the roles of the connections where they hold `accounts.view`, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from tenure.connections.models import Connection
from tenure.inventory import role_rules
from tenure.inventory.access_rules import OWNER
from tenure.inventory.models import Account, Entitlement, EntitlementChange, Grant, Resource
from tenure.inventory.queries.accounts import accounts, accounts_with_person
from tenure.inventory.queries.grants import MOST_GRANTS, grants
from tenure.inventory.queries.resources import HISTORY, VIEW, read_in
from tenure.lib.actor import Actor
from tenure.lib.counting import are_many, bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page

_GONE = Account.Status.GONE
_BY_NAME = Sort("name", ("name",))
# Those of the organization first, then what somebody made, then what every project has.
_BY_PLACE = Sort("place", ("place", "name", "where"))
_OF_ORGANIZATION = Q(resource__kind=Resource.Kind.ORGANIZATION)
_OVER = (
    Q(ended_at__isnull=False)
    | Q(resource__archived_at__isnull=False)
    | Q(resource__ended_at__isnull=False)
    | Q(connection__state=Connection.State.DISCONNECTED)
)

# In the order of the page: the filter's name in the address, and its words.
ROLE_FILTERS = {
    "all": "All",
    "organization": "Of the organization",
    "projects": "Of projects",
    "custom": "Custom",
    "privileged": "Privileged",
    "over": "Gone",
}


@dataclass(frozen=True, slots=True)
class RolesAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    show: str = "all"
    search: str = ""
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Way:
    """How an account comes to a role: by itself, or through `group`."""

    grant: Grant
    group: Resource | None


def roles(*, actor: Actor) -> QuerySet[Entitlement]:
    """Every role the actor may see, those that are no more too."""
    visible = Entitlement.objects.select_related("connection", "resource__connection")
    # A service account without a role is said to have the role "none".
    visible = visible.filter(kind=Entitlement.Kind.ROLE).exclude(external_id__in=("", "none"))
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def role_page(asked: RolesAsked, *, actor: Actor) -> Page[Entitlement]:
    """One page of roles, each with `direct_count` and `group_count`: how many accounts hold it by
    themselves, and how many groups do; `through_count`, how many accounts are in those."""
    rows = _shown(asked.show, actor=actor)
    if asked.search:
        rows = rows.filter(_matches(asked.search))
    place = Case(
        When(_OF_ORGANIZATION, then=Value(0)),
        When(is_predefined=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = rows.annotate(place=place, where=F("resource__name"))
    return page(
        _with_holders(rows).defer("raw", "resource__raw"),
        among=rows,
        sort=_BY_PLACE,
        cursor=asked.cursor,
        filters={"show": asked.show, "q": asked.search},
        limit=asked.limit,
    )


def role_counts(*, actor: Actor) -> dict[str, int]:
    """How many roles each filter shows, and of how many connections there are any."""
    shown: dict[str, QuerySet[Any]] = {name: _shown(name, actor=actor) for name in ROLE_FILTERS}
    connections = Connection.objects.filter(pk__in=roles(actor=actor).values("connection"))
    return bounded_counts(**shown, connections=connections)


def role_by_ref(ref: UUID | str, *, actor: Actor) -> tuple[Entitlement, list[EntitlementChange]]:
    """One role with its record, its counts, and when and how its catalogue was read; and its newest
    steps. One query, because the page has few to spare."""
    found = _with_holders(roles(actor=actor)).annotate(
        read_at=F("collection__completed_at"),
        read_state=Coalesce(F("collection__state"), Value("")),
        read_reason=Coalesce(F("collection__reason"), Value("")),
        read_in=read_in("collection"),
        **{f"step_{name}": F(f"changes__{name}") for name in _STEP},
    )
    rows: list[Any] = list(found.filter(ref=as_ref(ref)).order_by("-changes__id")[:HISTORY])
    if not rows:
        raise NotFound("There is no such role, or it is not yours to see.")
    steps = [
        EntitlementChange(**{name: getattr(row, f"step_{name}") for name in _STEP})
        for row in rows
        if row.step_kind
    ]
    return rows[0], steps


_STEP = ("kind", "field", "before", "after", "not_before", "at", "known_by")


def holder_page(
    role: Entitlement, *, cursor: str = "", limit: int = 50, actor: Actor
) -> Page[Account]:
    """One page of the accounts that hold a role by themselves or through a group, each with its
    person."""
    found = accounts(actor=actor).exclude(status=_GONE)
    held, inside = _held(role).order_by(), _inside(_held(role)).order_by()
    listed = Q(connection=role.connection_id, role=role.external_id)
    is_of_organization = role.resource.kind == Resource.Kind.ORGANIZATION
    if are_many(role.direct_count + role.through_count):  # type: ignore[attr-defined] # annotations
        # As in queries.leaving: each is asked, and a page looks at few.
        mine = [Exists(one.filter(account=OuterRef("pk"))) for one in (held, inside)]
        holds = mine[0] | mine[1] | (listed if is_of_organization else Q())
    else:
        ways: list[QuerySet[Any, Any]] = [
            held.exclude(account=None).values("account"),
            inside.values("account"),
        ]
        if is_of_organization:
            ways.append(Account.objects.filter(listed).order_by().values("pk"))
        holds = Q(pk__in=ways[0].union(*ways[1:]))
    return page(
        accounts_with_person(actor=actor),
        among=found.filter(holds),
        sort=_BY_NAME,
        cursor=cursor,
        filters={"role": role.ref},
        limit=limit,
    )


def ways_to(
    role: Entitlement, accounts: Iterable[Account], *, actor: Actor
) -> dict[int, list[Way]]:
    """By account, the ways in which these hold a role; the list of users alone tells of none."""
    of_page = [account.pk for account in accounts]
    groups = _held(role).filter(group__isnull=False).order_by().values("group")
    mine = grants(actor=actor).filter(ended_at=None, account__in=of_page)
    direct = Q(entitlement=role, via_group_ids="")
    through = Q(entitlement__resource__in=groups, entitlement__kind=Entitlement.Kind.MEMBER)
    found: dict[int, list[Way]] = {}
    rows = mine.filter(direct | through).select_related("entitlement__resource").order_by("id")
    for grant in rows:
        group = None if grant.entitlement_id == role.pk else grant.entitlement.resource
        ways = found.setdefault(grant.account_id or 0, [])
        if group is not None or all(way.group is not None for way in ways):
            ways.append(Way(grant, group))
    return found


def groups_holding(role: Entitlement, *, actor: Actor) -> list[Grant]:
    """The groups that hold a role, as grants with `group`; at most one more than MOST_GRANTS."""
    rows = grants(actor=actor).filter(entitlement=role, ended_at=None, group__isnull=False)
    return list(rows.select_related("group").order_by("group__name", "id")[: MOST_GRANTS + 1])


def _shown(show: str, *, actor: Actor) -> QuerySet[Entitlement]:
    """The roles of one filter; an unknown one is refused by name."""
    if show not in ROLE_FILTERS:
        raise NotFound(f"There is no filter {show!r} of roles; start from all of them.")
    rows = roles(actor=actor)
    if show == "over":
        return rows.filter(_OVER)
    rows = rows.exclude(_OVER)
    if show == "privileged":
        # As role_rules.is_privileged says: it is how a line ends that counts.
        rows = rows.annotate(lines=Concat("permissions", Value("\n"), output_field=TextField()))
        gives = Q(external_id=OWNER)
        for ending in role_rules.GIVES_ACCESS:
            gives |= Q(lines__contains=f"{ending}\n")
        return rows.filter(gives)
    wanted = {
        "all": Q(),
        "organization": _OF_ORGANIZATION,
        "projects": ~_OF_ORGANIZATION,
        "custom": Q(is_predefined=False),
    }
    return rows.filter(wanted[show])


def _matches(search: str) -> Q:
    return (
        Q(name__icontains=search)
        | Q(external_id__icontains=search)
        | Q(description__icontains=search)
        | Q(permissions__icontains=search)
        | Q(resource__name__icontains=search)
    )


def _held(role: Entitlement | OuterRef) -> QuerySet[Grant]:
    """Who holds a role by their own right; what the provider says of inheritance is left out."""
    return Grant.objects.filter(entitlement=role, ended_at=None, via_group_ids="")


def _inside(held: QuerySet[Grant]) -> QuerySet[Grant]:
    """Being in one of the groups that hold it."""
    groups = held.filter(group__isnull=False).order_by().values("group")
    return Grant.objects.filter(
        entitlement__resource__in=groups,
        entitlement__kind=Entitlement.Kind.MEMBER,
        principal_kind=Grant.Principal.ACCOUNT,
        ended_at=None,
    ).exclude(account=None)


def _with_holders(of: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    """Each with its counts of holders. The role of each account of an organization is told by the
    list of users; who holds another of its roles beside that, by grants."""
    held, inside = _held(OuterRef("pk")), _inside(_held(OuterRef(OuterRef("pk"))))
    # As a list of the few, so that no account is looked at.
    gone = Account.objects.filter(status=_GONE).order_by().values("pk")
    working = held.exclude(account=None).exclude(account__in=gone)
    listed = Account.objects.filter(
        connection=OuterRef("connection"), role=OuterRef("external_id")
    ).exclude(status=_GONE)
    beside = working.exclude(account__role=OuterRef("external_id"))
    is_of_organization = Q(resource__kind=Resource.Kind.ORGANIZATION)
    return of.annotate(
        direct_count=Case(
            When(is_of_organization, then=_number(listed, "pk") + _number(beside, "account")),
            default=_number(working, "account"),
        ),
        group_count=_number(held.filter(group__isnull=False), "group"),
        through_count=_number(inside.exclude(account__in=gone), "account"),
    )


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    """How many different ones, as a column."""
    counted = rows.order_by().values(one=Value(1)).annotate(n=Count(of, distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
