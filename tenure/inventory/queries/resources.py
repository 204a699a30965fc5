"""Every way to read projects and how fresh what is known of them is.

Somebody sees the projects of the connections where they hold `accounts.view`, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from tenure.connections.models import Connection
from tenure.inventory.access_rules import OWNER
from tenure.inventory.being_in_groups import OWN, owning
from tenure.inventory.models import Account, Grant, Resource, ResourceChange, SyncCollection
from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import Conflict, NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page

VIEW = "accounts.view"
HISTORY = 100
_BY_NAME = Sort("name", ("name",))
_OVER = (
    Q(archived_at__isnull=False)
    | Q(ended_at__isnull=False)
    | Q(connection__state=Connection.State.DISCONNECTED)
)
# As Resource.is_open says.
OPEN = ~_OVER

# In the order of the page: the filter's name in the address, and its words.
PROJECT_FILTERS = {
    "all": "All",
    "in_scope": "In scope",
    "out_of_scope": "Out of scope",
    "archived": "Archived",
}


@dataclass(frozen=True, slots=True)
class ProjectsAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    show: str = "all"
    search: str = ""
    cursor: str = ""
    limit: int = 50


def resources(*, actor: Actor, permission: str = VIEW) -> QuerySet[Resource]:
    """Every project the actor may see, those that are no more too."""
    visible = Resource.objects.select_related("connection").filter(kind=Resource.Kind.PROJECT)
    if (refs := actor.connections_where(permission)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def project_page(asked: ProjectsAsked, *, actor: Actor) -> Page[Resource]:
    """One page of projects, each with the number of its members and the age of their list."""
    rows = _shown(asked.show, actor=actor)
    if asked.search:
        rows = rows.filter(Q(name__icontains=asked.search) | Q(external_id__icontains=asked.search))
    return page(
        _with_members(rows).defer("raw"),
        sort=_BY_NAME,
        cursor=asked.cursor,
        filters={"show": asked.show, "q": asked.search},
        limit=asked.limit,
    )


def project_counts(
    *, beside: Mapping[str, QuerySet[Any]] | None = None, actor: Actor
) -> dict[str, int]:
    """How many projects each filter shows, of how many connections there are any, and what the
    page needs `beside`."""
    shown: dict[str, QuerySet[Any]] = {name: _shown(name, actor=actor) for name in PROJECT_FILTERS}
    connections = Connection.objects.filter(pk__in=resources(actor=actor).values("connection"))
    return bounded_counts(**shown, connections=connections, **(beside or {}))


def project_by_ref(ref: UUID | str, *, actor: Actor) -> tuple[Resource, list[ResourceChange]]:
    """One project with its record, its members, and `read_in`, the run that read them last; and
    its newest steps. One query, because the page has few to spare."""
    found = _with_members(resources(actor=actor)).annotate(
        read_in=read_in("members__pk"),
        **{f"step_{name}": F(f"changes__{name}") for name in STEP},
    )
    rows: list[Any] = list(found.filter(ref=as_ref(ref)).order_by("-changes__id")[:HISTORY])
    return _there(rows[0] if rows else None), steps_in(rows)


def steps_in(of: Iterable[Any]) -> list[ResourceChange]:
    """The steps that stand beside a resource in the rows of the one query that asks for both."""
    return [
        ResourceChange(**{name: getattr(row, f"step_{name}") for name in STEP})
        for row in of
        if row.step_kind
    ]


STEP = ("kind", "field", "before", "after", "not_before", "at", "known_by")


def project_by_name(name: str, *, actor: Actor) -> Resource:
    """The one project of that name or id; several of one name are told apart by their ids."""
    named = Q(name__iexact=name) | Q(external_id=name)
    found = list(resources(actor=actor).filter(named).order_by("id")[:2])
    if len(found) > 1:
        raise Conflict(f"Several projects are called {name}; give the id of the one you mean.")
    return _there(found[0] if found else None)


def resource_to_change(ref: UUID | str, *, actor: Actor) -> Resource:
    """Fetch and lock."""
    mine = resources(actor=actor).select_for_update(of=("self",))
    return _there(mine.filter(ref=as_ref(ref)).first())


def read_in(of: str) -> Subquery:
    """The ref of the run that last read a list completely; `of` is the path to the list."""
    whole = SyncCollection.objects.filter(
        collection=OuterRef(of), state=SyncCollection.State.COMPLETE
    )
    return Subquery(whole.order_by("-id").values("run__ref")[:1])


def open_projects(of: str, *, in_scope_only: bool = False) -> Coalesce:
    """How many projects of a connection are open, as a column: so many an owner of it reaches.

    `of` is the path to the connection.
    """
    there = Resource.objects.filter(OPEN, connection=OuterRef(of), kind=Resource.Kind.PROJECT)
    if in_scope_only:
        there = there.filter(is_out_of_scope=False)
    counted = there.order_by().values("connection").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted[:1]), 0)


def _shown(show: str, *, actor: Actor) -> QuerySet[Resource]:
    """The projects of one filter; an unknown one is refused by name."""
    if show not in PROJECT_FILTERS:
        raise NotFound(f"There is no filter {show!r} of projects; start from all of them.")
    wanted = {
        "all": Q(),
        "in_scope": OPEN & Q(is_out_of_scope=False),
        "out_of_scope": OPEN & Q(is_out_of_scope=True),
        "archived": _OVER,
    }
    return resources(actor=actor).filter(wanted[show])


def _with_members(of: QuerySet[Resource]) -> QuerySet[Resource]:
    """Each with `member_count`, `project_owners` (who do not own the organization), and
    of the list of members `read_at`, `read_state` and `read_reason`."""
    owners = (
        Grant.objects.filter(
            OWN,
            ~owning("account"),
            entitlement__resource=OuterRef("pk"),
            entitlement__external_id=OWNER,
            ended_at=None,
        )
        .exclude(account=None)
        .exclude(account__status=Account.Status.GONE)
        .order_by()
        .values("entitlement")
        .annotate(n=Count("account", distinct=True))
    )
    members = Q(collections__kind="project_users")
    return of.annotate(
        members=FilteredRelation("collections", condition=members),
        member_count=F("members__active_rows"),
        read_at=F("members__completed_at"),
        read_state=Coalesce(F("members__state"), Value("")),
        read_reason=Coalesce(F("members__reason"), Value("")),
        project_owners=Coalesce(Subquery(owners.values("n")[:1]), 0),
    )


def _there(project: Resource | None) -> Resource:
    if project is None:
        raise NotFound("There is no such project, or it is not yours to see.")
    return project
