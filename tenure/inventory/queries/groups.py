"""Every way to read groups: who is in them, and what being in them gives.

Somebody sees the groups of the connections where they hold `accounts.view`, and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.inventory.models import (
    Account,
    Collection,
    Entitlement,
    Grant,
    Resource,
    ResourceChange,
)
from tenure.inventory.queries.accounts import accounts, accounts_with_person
from tenure.inventory.queries.grants import MOST_GRANTS, grants
from tenure.inventory.queries.leaving import leavers_in, leaving_places, of_leavers, with_leavers
from tenure.inventory.queries.resources import HISTORY, OPEN, STEP, VIEW, read_in, steps_in
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import MOST, are_many, bounded_counts, row_count
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page

_BY_NAME = Sort("name", ("name",))

# In the order of the page: the filter's name in the address, and its words.
GROUP_FILTERS = {
    "all": "All",
    "leavers": "With leavers",
    "empty": "Without members",
    "scim": "Managed by SCIM",
    "over": "Gone",
}
MEMBER_FILTERS = {"all": "Everybody", "leavers": "Leavers"}


@dataclass(frozen=True, slots=True)
class GroupsAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    show: str = "all"
    search: str = ""
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Something that a group holds: a role of the organization or of a project, or being in one."""

    id: int
    kind: str
    role: str
    role_ref: UUID
    role_name: str
    permissions: str
    resource_ref: UUID
    resource_kind: str
    resource_name: str
    resource_id: str
    is_out_of_scope: bool
    archived_at: datetime | None
    read_at: datetime | None
    began_at: datetime
    began_not_before: datetime | None
    began_known_by: str
    ended_at: datetime | None
    ended_not_before: datetime | None
    ended_known_by: str

    @property
    def resource(self) -> str:
        return self.resource_name or self.resource_id

    @property
    def is_of_organization(self) -> bool:
        return self.resource_kind == Resource.Kind.ORGANIZATION


_PATHS = {
    "kind": "entitlement__kind",
    "role": "entitlement__external_id",
    "role_ref": "entitlement__ref",
    "role_name": "entitlement__name",
    "permissions": "entitlement__permissions",
    "resource_ref": "entitlement__resource__ref",
    "resource_kind": "entitlement__resource__kind",
    "resource_name": "entitlement__resource__name",
    "resource_id": "entitlement__resource__external_id",
    "is_out_of_scope": "entitlement__resource__is_out_of_scope",
    "archived_at": "entitlement__resource__archived_at",
    "read_at": "collection__completed_at",
}
_GIVEN = {field.name: _PATHS.get(field.name, field.name) for field in fields(GivenLine)}


def groups(*, actor: Actor) -> QuerySet[Resource]:
    """Every group the actor may see, those that are no more too."""
    visible = Resource.objects.select_related("connection").filter(kind=Resource.Kind.GROUP)
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def group_page(
    asked: GroupsAsked, *, leavers: Mapping[int, int] | None = None, actor: Actor
) -> Page[Resource]:
    """One page of groups, each with `member_count`, `leaver_count`, `project_count`, the age of its
    list of members, and `roles`, what it holds of the organization. Two queries, and one where
    nobody has asked for `leavers_in_groups` yet."""
    leavers = leavers_in_groups(actor=actor) if leavers is None else leavers
    rows = _shown(asked.show, actor=actor)
    if asked.search:
        rows = rows.filter(Q(name__icontains=asked.search) | Q(external_id__icontains=asked.search))
    some: Page[Resource] = page(
        _with_members(rows).defer("raw"),
        sort=_BY_NAME,
        cursor=asked.cursor,
        filters={"show": asked.show, "q": asked.search},
        limit=asked.limit,
    )
    of_organization = Q(entitlement__resource__kind=Resource.Kind.ORGANIZATION)
    held: dict[int, list[Entitlement]] = defaultdict(list)
    given = grants(actor=actor).filter(of_organization, group__in=some.rows, ended_at=None)
    for one in given.select_related("entitlement").order_by("id") if some.rows else ():
        held[one.group_id or 0].append(one.entitlement)
    for group in some.rows:
        group.roles = held[group.pk]  # type: ignore[attr-defined] # for the row
        group.leaver_count = leavers.get(group.pk, 0)  # type: ignore[attr-defined] # same
    return some


def leavers_in_groups(*, actor: Actor) -> dict[int, int]:
    """How many are in each group that is not over who may not hold access, of those with any."""
    return leavers_in(groups(actor=actor).filter(OPEN))


def group_counts(*, leavers: Mapping[int, int] | None = None, actor: Actor) -> dict[str, int]:
    """How many groups each filter shows, and of how many connections there are any."""
    leavers = leavers_in_groups(actor=actor) if leavers is None else leavers
    shown: dict[str, QuerySet[Any]] = {
        name: _shown(name, actor=actor) for name in GROUP_FILTERS if name != "leavers"
    }
    connections = Connection.objects.filter(pk__in=groups(actor=actor).values("connection"))
    counts = bounded_counts(**shown, connections=connections)
    return counts | {"leavers": min(len(leavers), MOST + 1)}


def lists_of_groups(*, actor: Actor) -> list[Collection]:
    """The list of groups of each connection, read or not, with its connection."""
    visible = connection_queries.connections(actor=actor, permission=VIEW)
    lists = Collection.objects.filter(connection__in=visible.values("pk"), key="groups")
    return list(lists.select_related("connection").order_by("connection__name"))


def group_by_ref(ref: UUID | str, *, actor: Actor) -> tuple[Resource, list[ResourceChange]]:
    """One group with its record, its counts, and of its lists of members and of roles when and how
    they were read; and its newest steps. One query, because the page has few to spare."""
    roles = Q(collections__kind="group_roles")
    found = _with_members(groups(actor=actor)).annotate(
        role_list=FilteredRelation("collections", condition=roles),
        roles_read_at=F("role_list__completed_at"),
        roles_read_state=Coalesce(F("role_list__state"), Value("")),
        roles_read_reason=Coalesce(F("role_list__reason"), Value("")),
        read_in=read_in("members__pk"),
        leaver_count=row_count(_members(), where=leaving_places(at=now())),
        strangers=row_count(_members().filter(account=None)),
        **{f"step_{name}": F(f"changes__{name}") for name in STEP},
    )
    rows: list[Any] = list(found.filter(ref=as_ref(ref)).order_by("-changes__id")[:HISTORY])
    if not rows:
        raise NotFound("There is no such group, or it is not yours to see.")
    return rows[0], steps_in(rows)


def group_by_name(name: str, *, actor: Actor) -> Resource:
    """The group of that name, id or ref; of several of one name, the one that is still there."""
    mine = groups(actor=actor)
    named = Q(name__iexact=name) | Q(external_id=name) | Q(ref=as_ref(name))
    found = mine.filter(named).order_by(F("ended_at").desc(nulls_first=True), "id").first()
    if found is None:
        raise NotFound("There is no such group, or it is not yours to see.")
    return found


def member_page(
    group: Resource, *, show: str, cursor: str, limit: int = 50, actor: Actor
) -> Page[Account]:
    """One page of the accounts in a group, each with its person."""
    if show not in MEMBER_FILTERS:
        raise NotFound(f"There is no filter {show!r} of members; start from everybody.")
    each = are_many(group.leaver_count if show == "leavers" else group.member_count)  # type: ignore[attr-defined] # annotations
    inside = Grant.objects.filter(entitlement__resource=group, ended_at=None).order_by()
    found = accounts(actor=actor).exclude(status=Account.Status.GONE)
    if show == "leavers":
        found = found.filter(of_leavers("pk", at=now(), each=each))
    if each:
        # As an "or": else PostgreSQL makes a list of all of them again.
        found = found.filter(Q(Exists(inside.filter(account=OuterRef("pk")))) | Q(pk__lt=0))
    else:
        found = found.filter(pk__in=inside.exclude(account=None).values("account"))
    return page(
        accounts_with_person(actor=actor),
        among=found if group.is_open else found.none(),
        sort=_BY_NAME,
        cursor=cursor,
        filters={"group": group.ref, "show": show},
        limit=limit,
    )


def given_by(group: Resource, *, actor: Actor) -> list[GivenLine]:
    """What a group holds, and then what it held, the newest first; one more than MOST_GRANTS when
    there are more than those."""
    mine = grants(actor=actor).filter(group=group)
    rows = mine.order_by(F("ended_at").desc(nulls_first=True), "id")[: MOST_GRANTS + 1]
    return [GivenLine(*row) for row in rows.values_list(*_GIVEN.values())]


def groups_of(accounts: Sequence[Account], *, actor: Actor) -> list[Any]:
    """The groups that these accounts are in, as grants with `entitlement.resource`, by name."""
    inside = grants(actor=actor).filter(
        account__in=[one.pk for one in accounts],
        entitlement__resource__kind=Resource.Kind.GROUP,
        ended_at=None,
    )
    rows = inside.select_related("entitlement__resource__connection")
    return list(rows.order_by("entitlement__resource__name", "id")[: MOST_GRANTS + 1])


def _shown(show: str, *, actor: Actor) -> QuerySet[Resource]:
    """The groups of one filter; an unknown one is refused by name."""
    if show not in GROUP_FILTERS:
        raise NotFound(f"There is no filter {show!r} of groups; start from all of them.")
    rows = groups(actor=actor)
    if show == "over":
        return rows.exclude(OPEN)
    rows = rows.filter(OPEN)
    wanted = {
        "all": Q(),
        "leavers": Q(pk__in=with_leavers(rows)),
        "empty": Q(collections__kind="group_users", collections__active_rows=0)
        & Q(collections__completed_at__isnull=False),
        "scim": Q(is_scim_managed=True),
    }
    return rows.filter(wanted[show])


def _members() -> QuerySet[Grant]:
    return Grant.objects.filter(entitlement__resource=OuterRef("pk"), ended_at=None)


def _with_members(of: QuerySet[Resource]) -> QuerySet[Resource]:
    """Each with its counts, and of the list of members `read_at`, `read_state`, `read_reason`."""
    projects = Grant.objects.filter(
        group=OuterRef("pk"),
        ended_at=None,
        entitlement__resource__kind=Resource.Kind.PROJECT,
        entitlement__resource__archived_at=None,
        entitlement__resource__ended_at=None,
    )
    reached = (
        projects.order_by()
        .values("group")
        .annotate(n=Count("entitlement__resource", distinct=True))
        .values("n")
    )
    return of.annotate(
        members=FilteredRelation("collections", condition=Q(collections__kind="group_users")),
        member_count=F("members__active_rows"),
        read_at=F("members__completed_at"),
        read_state=Coalesce(F("members__state"), Value("")),
        read_reason=Coalesce(F("members__reason"), Value("")),
        project_count=Coalesce(Subquery(reached[:1]), 0),
    )
