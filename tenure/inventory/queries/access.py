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
    Value,
    When,
)
from django.db.models.functions import Coalesce

from tenure.inventory.access_rules import OWNER
from tenure.inventory.being_in_groups import A_ROLE, HELD, ON, OWN, in_groups, owning
from tenure.inventory.grant_lines import GrantLine, joint_lines
from tenure.inventory.models import Account, AccountLink, Entitlement, Grant, Resource
from tenure.inventory.queries.accounts import accounts, accounts_with_person
from tenure.inventory.queries.credentials import rules_on
from tenure.inventory.queries.grants import grants, lines_of, newest, one_of
from tenure.inventory.queries.leaving import of_leavers
from tenure.inventory.queries.resources import open_projects
from tenure.inventory.queries.ties import leaving_ties
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import AtLeast, BoundedCount, are_many, bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.paging import Page, Sort, page
from tenure.people.states import may_not_hold_access

_GONE = Account.Status.GONE
_BY_NAME = Sort("name", ("name",))
MOST_STRANGERS = 50
MOST_LEAVERS = 100
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
    """How many own a project, and how many reach it who may not hold access, `or_more`."""

    owners: int = 0
    leavers: int = 0
    or_more: bool = False

    @property
    def leavers_in_words(self) -> str:
        return f"{self.leavers}{'+' if self.or_more else ''}"


def reach_of(projects: Sequence[Any], *, many_left: bool = False, actor: Actor) -> dict[int, Reach]:
    """For each of these projects, as `project_page` gave them. Two queries.

    Where there are so many leavers that most projects have some, it is asked of who reaches each
    project until there are MOST_LEAVERS; else all are counted, beginning with who left.
    """
    owning_it_all = _organization_owners(actor)
    leavers, owners = _counted([one.pk for one in projects], many_left, actor)
    found: dict[int, Reach] = {}
    for one in projects:
        if not one.is_open:
            continue
        of_all = owning_it_all.get(one.connection_id, Reach())
        number = of_all.leavers + leavers[one.pk]
        or_more = many_left and number > MOST_LEAVERS
        found[one.pk] = Reach(
            owners=of_all.owners + one.project_owners + owners[one.pk],
            leavers=MOST_LEAVERS if or_more else number,
            or_more=or_more,
        )
    return found


def _counted(
    projects: Sequence[int], many_left: bool, actor: Actor
) -> tuple[Counter[int], Counter[int]]:
    """By project, of those who do not own the organization: the leavers who reach it, and who own
    it through groups only. In one query."""
    leaving = leaving_ties(actor=actor)
    gone = Account.objects.filter(status=_GONE).order_by().values("pk")
    others = ~Q(account__in=gone) & ~owning("account")
    held = Grant.objects.filter(group__isnull=False, ended_at=None).order_by()
    groups = held.filter(entitlement__resource__in=projects).values("group")
    here = {f"{ON}__in": projects, "entitlement__resource__in": groups}
    own = Grant.objects.filter(OWN & A_ROLE, ended_at=None, entitlement__resource__in=projects)
    also = in_groups(**here)
    owning_groups = groups.filter(entitlement__external_id=OWNER)
    owns = in_groups(others, **{HELD: OWNER, **here, "entitlement__resource__in": owning_groups})
    owns = owns.exclude(_directly(entitlement__external_id=OWNER))
    counts = [_by(owns, "on", of="owners")]
    if many_left:
        leavers = Q(Exists(leaving.filter(account=OuterRef("account")))) & others
        counts.append(_until_many(projects, leavers))
    else:
        leavers = Q(account__in=leaving.values("account")) & others
        counts.append(_by(own.filter(leavers), "entitlement__resource", of="leavers"))
        counts.append(_by(also.filter(leavers).exclude(_directly()), "on", of="leavers"))
    found: dict[str, Counter[int]] = {"leavers": Counter(), "owners": Counter()}
    for project, what, number in counts[0].union(*counts[1:], all=True):
        found[what][project] += number
    return found["leavers"], found["owners"]


def _by(grants: QuerySet[Grant], project: str, *, of: str) -> QuerySet[Any, Any]:
    counted = grants.order_by().values(counted=F(project)).annotate(what=Value(of))
    number = Count("account", distinct=True)
    return counted.annotate(n=number).values_list("counted", "what", "n")


def _until_many(projects: Sequence[int], leavers: Q) -> QuerySet[Any, Any]:
    """The same of each project, up to the bound."""
    held = Grant.objects.filter(ended_at=None).order_by()
    own = held.filter(leavers, OWN & A_ROLE, entitlement__resource=OuterRef("pk"))
    of_groups = held.filter(
        group__isnull=False,
        entitlement__kind=Entitlement.Kind.ROLE,
        entitlement__resource=OuterRef(OuterRef("pk")),
    )
    themselves = held.filter(
        OWN & A_ROLE,
        account=OuterRef("account"),
        entitlement__resource=OuterRef(OuterRef("pk")),
    )
    also = held.filter(
        leavers,
        OWN & ~Q(Exists(themselves)),
        account__isnull=False,
        entitlement__kind=Entitlement.Kind.MEMBER,
        entitlement__resource__in=of_groups.values("group"),
    )
    number = sum(
        (BoundedCount(of.values("account").distinct(), MOST_LEAVERS) for of in (own, also)),
        start=Value(0),
    )
    counted = Resource.objects.filter(pk__in=projects).order_by()
    counted = counted.annotate(counted=F("pk"), what=Value("leavers"), n=number)
    return counted.values_list("counted", "what", "n")


def reaching_page(
    project: Resource,
    *,
    show: str,
    cursor: str,
    limit: int = 50,
    each: bool = False,
    actor: Actor,
) -> Page[Account]:
    """One page of the accounts that reach a project, each with its person."""
    return page(
        accounts_with_person(actor=actor),
        among=_reaching(project, show=show, each=each, actor=actor),
        sort=_BY_NAME,
        cursor=cursor,
        filters={"project": project.ref, "show": show},
        limit=limit,
    )


def reaching_counts(project: Resource, *, actor: Actor) -> dict[str, int]:
    """How many each filter shows, and how many strangers and `rules_on` it there are."""
    many = are_many(project.member_count)  # type: ignore[attr-defined] # an annotation
    found = {
        name: _reaching(project, show=name, each=many and name != "owners", actor=actor)
        for name in REACH_FILTERS
    }
    shown: dict[str, QuerySet[Any] | AtLeast] = {**found}
    if many and project.is_open:
        members = _members(project, actor=actor)
        leaving = leaving_ties(actor=actor).filter(account=OuterRef("account"))
        shown["all"] = AtLeast(members, found["all"])
        shown["leavers"] = AtLeast(members.filter(Exists(leaving)), found["leavers"])
    strangers, rules = _strangers(project, actor=actor), rules_on(project, actor=actor)
    return bounded_counts(**shown, strangers=strangers, rules=rules)


def _members(project: Resource, *, actor: Actor) -> QuerySet[Any, Any]:
    """The accounts that are members by themselves and not gone."""
    gone = Account.objects.filter(status=_GONE).order_by().values("pk")
    own = grants(actor=actor).filter(OWN & A_ROLE, entitlement__resource=project, ended_at=None)
    held = own.exclude(account=None).exclude(account__in=gone)
    return held.order_by().values("account").distinct()


def grants_on(project: Resource, held_by: Iterable[Account], *, actor: Actor) -> list[GrantLine]:
    """The grants on a project that its page shows: the active ones of these accounts, of groups
    and of some strangers, and what began or ended last; and what these accounts hold there
    through groups. Two queries."""
    mine = grants(actor=actor).filter(entitlement__resource=project)
    active, accounts_here = mine.filter(ended_at=None), [account.pk for account in held_by]
    groups = active.filter(group__isnull=False)
    strangers = _strangers(project, actor=actor).order_by("id")[:MOST_STRANGERS]
    being_in = grants(actor=actor).filter(
        account__in=accounts_here,
        ended_at=None,
        entitlement__resource__in=groups.order_by().values("group"),
    )
    shown = [active.filter(account__in=accounts_here), groups, being_in, *newest(mine, project)]
    shown.append(Grant.objects.filter(pk__in=strangers.values("pk")))
    lines = lines_of(one_of(shown).order_by("id"))
    here = [one for one in lines if one.project_ref == project.ref]
    members = [one for one in lines if one.project_ref != project.ref]
    held = [one for one in here if one.group_ref and one.list_kind != GROUPS_OF_PROJECT]
    return here + joint_lines(members, [one for one in held if one.ended_at is None])


def _reaching(
    project: Resource, *, show: str, each: bool = False, actor: Actor
) -> QuerySet[Account]:
    """The accounts of one filter; an unknown one is refused by name.

    Few are put in a list first; where there are many, `each` account is asked, so that a page, or
    a count that stops, looks at few of them.
    """
    if show not in REACH_FILTERS:
        raise NotFound(f"There is no filter {show!r} of a project; start from everybody.")
    rows = accounts(actor=actor).exclude(status=_GONE)
    if not project.is_open:
        return rows.none()
    if show == "leavers":
        rows = rows.filter(of_leavers("pk", at=now(), each=each))
    own = Grant.objects.filter(OWN & A_ROLE, entitlement__resource=project, ended_at=None)
    through = in_groups(**{ON: project})
    if show == "owners":
        own = own.filter(entitlement__external_id=OWNER)
        through = in_groups(**{ON: project, HELD: OWNER})
    owners = Account.objects.filter(owning(), connection=project.connection_id)
    if each:
        ways = [Exists(one.filter(account=OuterRef("pk"))) for one in (own, through)]
        return rows.filter(ways[0] | ways[1] | Q(pk__in=owners.order_by().values("pk")))
    held = own.exclude(account=None).order_by().values("account")
    inside = through.order_by().values("account")
    return rows.filter(pk__in=held.union(inside, owners.order_by().values("pk")))


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
