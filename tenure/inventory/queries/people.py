"""People as the inventory sees them: with what they hold. Whoever may see people sees everybody;
of their accounts, those of the connections the actor may look into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenure.inventory.grant_lines import LINE, GrantLine, with_groups
from tenure.inventory.models import Account, AccountLink, Entitlement, Invitation
from tenure.inventory.queries.accounts import accounts, present
from tenure.inventory.queries.credentials import credentials, working
from tenure.inventory.queries.grants import author
from tenure.inventory.queries.resources import OPEN, VIEW, open_projects, resources
from tenure.inventory.queries.ties import lasting, seen_ties
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.lib.text import fold_email
from tenure.people import queries as people_queries
from tenure.people.explaining import Explanation, explain
from tenure.people.models import Person
from tenure.people.states import in_state, may_not_hold_access
from tenure.people.telling import Told, told_of, with_everything_told

_BY_NAME = Sort("name", ("name",))


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    show: str = "all"
    search: str = ""
    department: str = ""
    manager: str = ""
    source: str = ""
    cursor: str = ""
    limit: int = 50


# In the order of the page: the filter's name in the address, and its words.
PEOPLE_FILTERS = {
    "all": "All",
    "current": "Current",
    "on_leave": "On leave",
    "upcoming": "Upcoming",
    "inactive": "Inactive",
    "former": "Former",
    "leavers": "Leavers with access",
    "without": "No account",
}


def people_page(asked: PeopleAsked, *, are_few: bool = False, actor: Actor) -> Page[Person]:
    """One page of people with `state`, `account_count` and `manager` (the manager's name)."""
    rows = _narrowed(_shown(asked.show, actor=actor), asked)
    if asked.search:
        rows = rows.filter(_matches(asked.search))
    held = _access(actor).filter(person=OuterRef("pk"))
    counted = held.values("person").annotate(n=Count("pk")).values("n")
    counted_rows: QuerySet[Any] = rows.annotate(
        account_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )
    some: Page[Person] = page(
        counted_rows,
        among=rows,
        sort=_BY_NAME,
        found_first=are_few or bool(asked.search),
        cursor=asked.cursor,
        filters={
            "show": asked.show,
            "q": asked.search,
            "narrowed": f"{asked.department}\n{asked.manager}\n{asked.source}",
        },
        limit=asked.limit,
    )
    _name_managers(some.rows, actor=actor)
    return some


def people_counts(asked: PeopleAsked, sources: Iterable[str], *, actor: Actor) -> dict[str, int]:
    """How many people each filter shows of the department, manager and source that are asked for,
    and how many each source knows of those shown ("of" and its name), up to the bound."""
    shown = {name: _narrowed(_shown(name, actor=actor), asked) for name in PEOPLE_FILTERS}
    all_sources = _narrowed(_shown(asked.show, actor=actor), replace(asked, source=""))
    known = {f"of {name}": people_queries.narrowed(source=name, of=all_sources) for name in sources}
    # A column is named by its place: a source may be called anything.
    names = {f"n{n}": name for n, name in enumerate((*shown, *known))}
    counts = bounded_counts(**dict(zip(names, (*shown.values(), *known.values()), strict=True)))
    return {names[n]: count for n, count in counts.items()}


def _narrowed(of: QuerySet[Person], asked: PeopleAsked) -> QuerySet[Person]:
    return people_queries.narrowed(
        department=asked.department, manager=asked.manager, source=asked.source, of=of
    )


def navigation_rows(*, actor: Actor) -> dict[str, QuerySet[Any]]:
    """The accounts, people, open projects and working keys that the navigation counts."""
    return {
        "people": people_queries.people(actor=actor),
        "accounts": present(accounts(actor=actor)),
        "projects": resources(actor=actor).filter(OPEN),
        "credentials": working(credentials(actor=actor), at=now()),
    }


@dataclass(frozen=True, slots=True)
class Profile:
    """A person with everything that is told of them, and why they have their state."""

    person: Person
    told: Told
    why: Explanation

    @property
    def other_emails(self) -> Sequence[str]:
        return self.told.addresses

    @property
    def email_keys(self) -> list[str]:
        """Every address under which accounts and invitations of theirs may stand."""
        return [key for key in map(fold_email, [self.person.email, *self.other_emails]) if key]


def person_by_ref(ref: UUID | str, *, actor: Actor) -> Profile:
    """One person with `state` and `manager`. One query, because the page has few to spare."""
    at = now()
    boss = Person.objects.filter(email_key=OuterRef("manager_email_key")).exclude(email_key="")
    mine = people_queries.with_state(people_queries.people(actor=actor), at=at)
    found = (
        with_everything_told(mine)
        .filter(ref=as_ref(ref))
        .annotate(manager=Subquery(boss.values("name")[:1]))
        .first()
    )
    if found is None:
        raise NotFound("There is no such person, or they are not yours to see.")
    told = told_of(found)
    why = explain(
        found,
        told.statements,
        at=at,
        default_zone=settings.TENURE_TIME_ZONE,
        addresses=told.addresses,
    )
    return Profile(found, told, why)


def links_of_person(
    person: Person, *, actor: Actor
) -> tuple[list[AccountLink], dict[int, list[GrantLine]]]:
    """Everything they were ever tied to, newest first, with the accounts and their connections'
    `open_projects`; and by account what it holds and held, by itself and through groups. One
    query."""
    held = AccountLink.objects.select_related("account__connection", "person").filter(person=person)
    if (refs := actor.connections_where(VIEW)) is not None:
        held = held.filter(account__connection__ref__in=refs)
    grants = {f"grant_{name}": F(f"account__grants__{path}") for name, path in LINE.items()}
    # Of those that are places in groups, what the group holds.
    of_group = "account__grants__entitlement__resource__held"
    through = {f"held_{name}": F(f"{of_group}__{path}") for name, path in LINE.items()}
    rows: QuerySet[Any] = held.annotate(
        open_projects=open_projects("account__connection"),
        held_kind=F(f"{of_group}__entitlement__kind"),
        held_added_by=author(f"{of_group}__pk"),
        grant_added_by=author("account__grants__pk"),
        **grants,
        **through,
    ).order_by("-id", "-account__grants__id")
    links: dict[int, AccountLink] = {}
    own: dict[int, dict[int, GrantLine]] = defaultdict(dict)
    of_groups: dict[int, dict[int, GrantLine]] = defaultdict(dict)
    for row in rows:
        links.setdefault(row.pk, row)
        if row.grant_id is not None:
            own[row.account_id][row.grant_id] = _line(row, grants, row.grant_added_by)
        if row.held_kind == Entitlement.Kind.ROLE and not row.held_inherited_from:
            of_groups[row.account_id][row.held_id] = _line(row, through, row.held_added_by)
    return list(links.values()), {
        pk: with_groups(some.values(), of_groups[pk].values()) for pk, some in own.items()
    }


def _line(row: Any, columns: Iterable[str], added_by: str | None) -> GrantLine:  # noqa: ANN401 - with its annotations
    line = GrantLine(*(getattr(row, name) for name in columns))
    return replace(line, added_by=added_by or "")


def accounts_of_person(ref: UUID | str, *, actor: Actor) -> list[Account]:
    """The accounts that are theirs and work, of those the actor may see; none of a stranger's."""
    theirs = AccountLink.objects.filter(
        person__in=people_queries.people(actor=actor).filter(ref=as_ref(ref)).order_by(),
        state=AccountLink.State.CONFIRMED,
    )
    return list(present(accounts(actor=actor)).filter(pk__in=theirs.values("account")))


def people_to_choose(typed: str, *, actor: Actor) -> QuerySet[Person]:
    """Up to ten people whose name or address holds what is typed; nobody for a single letter."""
    people = people_queries.people(actor=actor).exclude(email="")
    least = 2  # letters; fewer match nearly everybody
    return people.filter(_matches(typed))[:10] if len(typed) >= least else people.none()


def invitations_of(email_keys: Iterable[str], *, actor: Actor) -> list[Invitation]:
    """Access that was offered to these addresses, newest first."""
    offered = Invitation.objects.select_related("connection").filter(email_key__in=email_keys)
    if (refs := actor.connections_where(VIEW)) is not None:
        offered = offered.filter(connection__ref__in=refs)
    return list(offered.order_by("-id")[:50])


def _shown(show: str, *, actor: Actor) -> QuerySet[Person]:
    """The people of one filter; an unknown one is refused by name."""
    if show not in PEOPLE_FILTERS:
        raise NotFound(f"There is no filter {show!r} of people; start from all of them.")
    at = now()
    rows = people_queries.with_state(people_queries.people(actor=actor), at=at)
    held = Exists(_access(actor).filter(person=OuterRef("pk")))
    if show == "all":
        return rows
    if show == "leavers":
        return rows.filter(may_not_hold_access(at=at)).filter(held)
    if show == "without":
        here = in_state("current", at=at) | in_state("on_leave", at=at)
        return rows.filter(here).filter(~held)
    if few := _few(at).get(show):
        rows = rows.filter(pk__in=Person.objects.filter(few).order_by().values("pk"))
    return rows.filter(in_state(show, at=at))


def _few(at: datetime) -> dict[str, Q]:
    """By state, the condition of an index that holds only few: of all that makes a state together
    a database finds another one."""
    return {
        "on_leave": Q(is_on_leave=True),
        "upcoming": Q(begins_at__gt=at),
        "inactive": Q(is_disabled=True) | Q(is_listed=False),
    }


def _access(actor: Actor) -> QuerySet[AccountLink]:
    """The ties that hold, to accounts that work."""
    ties = AccountLink.objects.filter(state=AccountLink.State.CONFIRMED).order_by()
    return lasting(of=seen_ties(ties, actor=actor))


def _matches(search: str) -> Q:
    return (
        Q(name__icontains=search)
        | Q(email_key__contains=fold_email(search))
        | Q(department__icontains=search)
        | Q(external_id__icontains=search)
    )


def _name_managers(rows: list[Person], *, actor: Actor) -> None:
    """Give each row the name of its manager: one query for the whole page."""
    keys = {row.manager_email_key for row in rows} - {""}
    managers = people_queries.people(actor=actor).filter(email_key__in=keys)
    names = dict(managers.values_list("email_key", "name")) if keys else {}
    for row in rows:
        row.manager = names.get(row.manager_email_key) or row.manager_email_key  # type: ignore[attr-defined] # for the template
