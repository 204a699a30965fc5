"""Who reaches which project now. The rule is `access_rules.project_access`; here it is in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from tenure.inventory.access_rules import OWNER
from tenure.inventory.models import Account, AccountLink, Grant, Resource
from tenure.inventory.queries.accounts import accounts, accounts_with_person, seen_ties
from tenure.inventory.queries.resources import VIEW, open_projects
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.paging import Page, Sort, page
from tenure.people.states import may_not_hold_access

_GONE = Account.Status.GONE
_BY_NAME = Sort("name", ("name",))
MOST_GRANTS = 200
MOST_STRANGERS = 50

# In the order of the page: the filter's name in the address, and its words.
REACH_FILTERS = {"all": "Everybody", "owners": "Owners", "leavers": "Leavers"}


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role on a project, from when until when, and of which account: None for a stranger."""

    id: int
    role: str
    list_id: int
    external_id: str
    account_id: int | None
    account_name: str | None
    account_email: str | None
    project_ref: UUID
    project_name: str
    project_id: str
    is_out_of_scope: bool
    read_at: datetime | None
    began_at: datetime
    began_not_before: datetime | None
    began_known_by: str
    began_in: int
    ended_at: datetime | None
    ended_not_before: datetime | None
    ended_known_by: str
    ended_in: int | None

    @property
    def project(self) -> str:
        return self.project_name or self.project_id

    @property
    def who(self) -> str:
        return self.account_name or self.account_email or self.external_id


# Where a line's fields are found from a grant; those that are not named here have their own name.
_PATHS = {
    "role": "entitlement__external_id",
    "list_id": "collection_id",
    "account_name": "account__name",
    "account_email": "account__email",
    "project_ref": "entitlement__resource__ref",
    "project_name": "entitlement__resource__name",
    "project_id": "entitlement__resource__external_id",
    "is_out_of_scope": "entitlement__resource__is_out_of_scope",
    "read_at": "collection__completed_at",
    "began_in": "run_id",
    "ended_in": "ended_run_id",
}
LINE = {field.name: _PATHS.get(field.name, field.name) for field in fields(GrantLine)}


def grants(*, actor: Actor) -> QuerySet[Grant]:
    """Every grant the actor may see, ended ones too."""
    visible = Grant.objects.all()
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(collection__connection__ref__in=refs)
    return visible


def grants_of(account: Account, *, actor: Actor) -> list[GrantLine]:
    """What an account holds of projects, and then what it held, the newest first; one more than
    MOST_GRANTS when there are more than those."""
    mine = grants(actor=actor).filter(account=account)
    return _lines(mine.order_by(F("ended_at").desc(nulls_first=True), "id")[: MOST_GRANTS + 1])


def projects_reached(of: str) -> Case:
    """How many open projects in scope an account reaches, as a column; `of` is the path to it."""
    counts = {"entitlement__resource__is_out_of_scope": False, "ended_at": None}
    over = Q(entitlement__resource__archived_at__isnull=False)
    over |= Q(entitlement__resource__ended_at__isnull=False)
    granted = Grant.objects.filter(account=OuterRef(of), **counts).exclude(over)
    counted = granted.order_by().values("account").annotate(n=Count("pk")).values("n")
    owns = Q(**{f"{of}__role": OWNER})
    implied = open_projects(f"{of}__connection", in_scope_only=True)
    return Case(When(owns, then=implied), default=Coalesce(Subquery(counted[:1]), 0))


def _lines(of: QuerySet[Grant]) -> list[GrantLine]:
    return [GrantLine(*row) for row in of.values_list(*LINE.values())]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many own a project, and how many reach it who may not hold access."""

    owners: int = 0
    leavers: int = 0


def reach_of(projects: Sequence[Any], *, actor: Actor) -> dict[int, Reach]:
    """For each of these projects, as `project_page` gave them. Two queries."""
    owning = _organization_owners(actor)
    owns_too = ~Q(account__role=OWNER) & ~Q(account__status=_GONE)
    may_not = may_not_hold_access(at=now(), person="person__")
    leaving = seen_ties(AccountLink.objects.order_by(), actor=actor).filter(
        may_not, state=AccountLink.State.CONFIRMED
    )
    rows = Grant.objects.filter(owns_too, ended_at=None, account__in=leaving.values("account"))
    rows = rows.filter(entitlement__resource__in=[one.pk for one in projects])
    counted = rows.order_by().values("entitlement__resource").annotate(n=Count("pk"))
    leavers = {row["entitlement__resource"]: row["n"] for row in counted}
    found: dict[int, Reach] = {}
    for one in projects:
        if not one.is_open:
            continue
        of_all = owning.get(one.connection_id, Reach())
        found[one.pk] = Reach(
            owners=of_all.owners + one.project_owners,
            leavers=of_all.leavers + leavers.get(one.pk, 0),
        )
    return found


def reaching_page(
    project: Resource, *, show: str, cursor: str, limit: int = 50, actor: Actor
) -> Page[Account]:
    """One page of the accounts that reach a project, each with its person."""
    return page(
        _reaching(project, show=show, actor=actor),
        sort=_BY_NAME,
        cursor=cursor,
        filters={"project": project.ref, "show": show},
        limit=limit,
    )


def reaching_counts(project: Resource, *, actor: Actor) -> dict[str, int]:
    """How many each filter shows, and how many strangers there are."""
    shown: dict[str, QuerySet[Any]] = {
        name: _reaching(project, show=name, actor=actor) for name in REACH_FILTERS
    }
    return bounded_counts(**shown, strangers=_strangers(project, actor=actor))


def grants_on(project: Resource, held_by: Iterable[Account], *, actor: Actor) -> list[GrantLine]:
    """The grants on a project that its page shows, in one query: the active ones of these accounts,
    those of some strangers, and what began or ended last."""
    mine = grants(actor=actor).filter(entitlement__resource=project)
    newest = mine.order_by(F("ended_at").desc(nulls_last=True), "-began_at")[:MOST_GRANTS]
    shown = Q(ended_at=None, account__in=[account.pk for account in held_by])
    strangers = _strangers(project, actor=actor).order_by("id")[:MOST_STRANGERS]
    shown |= Q(pk__in=newest.values("pk")) | Q(pk__in=strangers.values("pk"))
    return _lines(mine.filter(shown).order_by("id"))


def _reaching(project: Resource, *, show: str, actor: Actor) -> QuerySet[Account]:
    """The accounts of one filter; an unknown one is refused by name."""
    if show not in REACH_FILTERS:
        raise NotFound(f"There is no filter {show!r} of a project; start from everybody.")
    rows: QuerySet[Any] = accounts_with_person(actor=actor).exclude(status=_GONE)
    if not project.is_open:
        return rows.none()
    granted = Grant.objects.filter(entitlement__resource=project, ended_at=None)
    granted = granted.exclude(account=None)
    owning = Account.objects.filter(connection=project.connection_id, role=OWNER)
    if show == "owners":
        granted = granted.filter(entitlement__external_id=OWNER)
    rows = rows.filter(
        pk__in=granted.order_by().values("account").union(owning.order_by().values("pk"))
    )
    return rows.filter(is_leaver=True) if show == "leavers" else rows


def _strangers(project: Resource, *, actor: Actor) -> QuerySet[Grant]:
    """Members whom the list of users does not have."""
    active = grants(actor=actor).filter(entitlement__resource=project, ended_at=None)
    return active.filter(account=None) if project.is_open else active.none()


def _organization_owners(actor: Actor) -> dict[int, Reach]:
    owners = accounts(actor=actor).exclude(status=_GONE).filter(role=OWNER)
    links = Q(links__state=AccountLink.State.CONFIRMED)
    may_not = may_not_hold_access(at=now(), person="link__person__")
    counted = (
        owners.order_by()
        .annotate(link=FilteredRelation("links", condition=links))
        .values("connection")
        .annotate(owners=Count("pk"), leavers=Count("link", filter=may_not))
    )
    return {row["connection"]: Reach(row["owners"], row["leavers"]) for row in counted}
