"""Who reaches which project now. The rule is `access_rules.project_access`; here it is in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
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
from tenure.inventory.queries.accounts import accounts, accounts_with_person
from tenure.inventory.queries.being_in_groups import A_ROLE, HELD, ON, OWN, in_groups, owning
from tenure.inventory.queries.grants import (
    MOST_GRANTS,
    GrantLine,
    grants,
    joint_lines,
    lines_of,
)
from tenure.inventory.queries.resources import open_projects
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.paging import Page, Sort, page
from tenure.people.queries import may_not_hold_access

_GONE = Account.Status.GONE
_BY_NAME = Sort("name", ("name",))
MOST_STRANGERS = 50
# Which groups are there; what they hold there is told by other lists.
GROUPS_OF_PROJECT = "project_groups"

# In the order of the page: the filter's name in the address, and its words.
REACH_FILTERS = {"all": "Everybody", "owners": "Owners", "leavers": "Leavers"}


def projects_reached(of: str) -> Case:
    """How many open projects in scope an account reaches, as a column; `of` is the path to it."""
    own = Grant.objects.filter(
        OWN & A_ROLE, _open("entitlement__resource"), account=OuterRef(of), ended_at=None
    )
    also = in_groups(_open(ON), account=OuterRef(of))
    also = also.exclude(_directly())
    owns = Q(**{f"{of}__role": OWNER})
    implied = open_projects(f"{of}__connection", in_scope_only=True)
    number = _number(own, "entitlement__resource") + _number(also, "on")
    return Case(When(owns, then=implied), default=number)


def _open(project: str) -> Q:
    is_open = {"archived_at": None, "ended_at": None, "is_out_of_scope": False}
    wanted = {"kind": Resource.Kind.PROJECT, **is_open}
    return Q(**{f"{project}__{name}": value for name, value in wanted.items()})


def _directly(**more: object) -> Exists:
    """Whether whoever is in the group holds a role there by themselves as well."""
    own = Grant.objects.filter(OWN & A_ROLE, ended_at=None, account=OuterRef("account"), **more)
    return Exists(own.filter(entitlement__resource=OuterRef("on")))


def _number(of: QuerySet[Grant], what: str) -> Coalesce:
    counted = of.order_by().values("account").annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted[:1]), 0)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many own a project, and how many reach it who may not hold access."""

    owners: int = 0
    leavers: int = 0


def reach_of(projects: Sequence[Any], *, actor: Actor) -> dict[int, Reach]:
    """For each of these projects, as `project_page` gave them. Four queries."""
    owning_it_all = _organization_owners(actor)
    leavers = _leavers_by_project([one.pk for one in projects], actor)
    owners = _owners_through_groups([one.pk for one in projects])
    found: dict[int, Reach] = {}
    for one in projects:
        if not one.is_open:
            continue
        of_all = owning_it_all.get(one.connection_id, Reach())
        found[one.pk] = Reach(
            owners=of_all.owners + one.project_owners + owners[one.pk],
            leavers=of_all.leavers + leavers[one.pk],
        )
    return found


def _leavers_by_project(projects: Sequence[int], actor: Actor) -> Counter[int]:
    """How many reach each by themselves or through a group, and do not own the organization."""
    who = Q(account__in=_leavers(actor).order_by().values("pk")) & ~owning("account")
    own = Grant.objects.filter(OWN & A_ROLE, who, ended_at=None)
    own = own.filter(entitlement__resource__in=projects)
    also = in_groups(who, **{f"{ON}__in": projects})
    also = also.exclude(_directly())
    return _by(own, "entitlement__resource") + _by(also, "on")


def _owners_through_groups(projects: Sequence[int]) -> Counter[int]:
    """How many own each through a group only, and not the organization."""
    also = in_groups(~owning("account"), **{HELD: OWNER, f"{ON}__in": projects})
    also = also.exclude(account__status=_GONE)
    also = also.exclude(_directly(entitlement__external_id=OWNER))
    return _by(also, "on")


def _by(of: QuerySet[Grant], project: str) -> Counter[int]:
    counted = of.order_by().values(project).annotate(n=Count("account", distinct=True))
    return Counter({row[project]: row["n"] for row in counted})


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
    """The grants on a project that its page shows: the active ones of these accounts, of groups
    and of some strangers, and what began or ended last; and what these accounts hold there
    through groups. Two queries."""
    mine = grants(actor=actor).filter(entitlement__resource=project)
    newest = mine.order_by(F("ended_at").desc(nulls_last=True), "-began_at")[:MOST_GRANTS]
    accounts_here = [account.pk for account in held_by]
    shown = Q(ended_at=None, account__in=accounts_here) | Q(ended_at=None, group__isnull=False)
    strangers = _strangers(project, actor=actor).order_by("id")[:MOST_STRANGERS]
    shown |= Q(pk__in=newest.values("pk")) | Q(pk__in=strangers.values("pk"))
    lines = lines_of(mine.filter(shown).order_by("id"))
    groups = {one.group_ref for one in lines if one.group_ref and one.ended_at is None}
    if not groups:
        return lines
    being_in = grants(actor=actor).filter(
        account__in=accounts_here, ended_at=None, entitlement__resource__ref__in=groups
    )
    held = [one for one in lines if one.group_ref and one.list_kind != GROUPS_OF_PROJECT]
    return lines + joint_lines(lines_of(being_in.order_by("id")), held)


def _reaching(project: Resource, *, show: str, actor: Actor) -> QuerySet[Account]:
    """The accounts of one filter; an unknown one is refused by name."""
    if show not in REACH_FILTERS:
        raise NotFound(f"There is no filter {show!r} of a project; start from everybody.")
    rows: QuerySet[Any] = accounts_with_person(actor=actor).exclude(status=_GONE)
    if not project.is_open:
        return rows.none()
    own = Grant.objects.filter(OWN & A_ROLE, entitlement__resource=project, ended_at=None)
    through = in_groups(**{ON: project})
    if show == "owners":
        own = own.filter(entitlement__external_id=OWNER)
        through = in_groups(**{ON: project, HELD: OWNER})
    owners = Account.objects.filter(owning(), connection=project.connection_id)
    ways: list[QuerySet[Any, Any]] = [own.exclude(account=None).order_by().values("account")]
    ways += [through.order_by().values("account"), owners.order_by().values("pk")]
    rows = rows.filter(pk__in=ways[0].union(*ways[1:]))
    return rows.filter(is_leaver=True) if show == "leavers" else rows


def _strangers(project: Resource, *, actor: Actor) -> QuerySet[Grant]:
    """Members whom the list of users does not have."""
    active = grants(actor=actor).filter(entitlement__resource=project, ended_at=None)
    return active.filter(account=None, group=None) if project.is_open else active.none()


def _organization_owners(actor: Actor) -> dict[int, Reach]:
    owners = accounts(actor=actor).exclude(status=_GONE).filter(owning())
    links = Q(links__state=AccountLink.State.CONFIRMED)
    may_not = may_not_hold_access(at=now(), person="link__person__")
    counted = (
        owners.order_by()
        .annotate(link=FilteredRelation("links", condition=links))
        .values("connection")
        .annotate(owners=Count("pk"), leavers=Count("link", filter=may_not))
    )
    return {row["connection"]: Reach(row["owners"], row["leavers"]) for row in counted}


def _leavers(actor: Actor) -> QuerySet[Account]:
    held = accounts(actor=actor).exclude(status=_GONE)
    may_not = may_not_hold_access(at=now(), person="links__person__")
    return held.filter(may_not, links__state=AccountLink.State.CONFIRMED)
