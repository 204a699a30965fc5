"""Every way to read accounts and whom they belong to.

Somebody sees the accounts of the connections where they hold `accounts.view`, and no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountChange, AccountLink
from tenure.inventory.queries.resources import VIEW, open_projects, read_in
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.lib.text import fold_email
from tenure.people.queries import may_not_hold_access, state_expression

NEW = timedelta(days=30)
HISTORY = 100

SORTS = {
    sort.name: sort
    for sort in (
        Sort("name", ("name",)),
        Sort("since", ("-began_at",)),
        Sort("role", ("role",)),
    )
}
PERSON_FIELDS = ("ref", "name", "email", "external_id", "ends_on", "ends_at", "begins_at")
_DISCONNECTED = Connection.State.DISCONNECTED
_GONE = Q(status=Account.Status.GONE) | Q(connection__state=_DISCONNECTED)
_OF_A_PERSON = Q(kind__in=AccountLink.KINDS)


@dataclass(frozen=True, slots=True)
class AccountsAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    show: str = "all"
    search: str = ""
    sort: str = "name"
    cursor: str = ""
    limit: int = 50


def accounts(*, actor: Actor, permission: str = VIEW) -> QuerySet[Account]:
    """Every account the actor may see, gone ones too."""
    visible = Account.objects.select_related("connection")
    if (refs := actor.connections_where(permission)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def accounts_with_person(*, actor: Actor, at: datetime | None = None) -> QuerySet[Account]:
    """Each account with `person_ref`, `person_name`, … of whom it belongs to (None for nobody),
    `person_state` ("" for nobody), `is_leaver` and `is_suggested`, as of an instant."""
    at = at or now()
    proposed = AccountLink.objects.filter(
        account=OuterRef("pk"), state=AccountLink.State.PROPOSED
    ).order_by()
    linked = {f"person_{name}": F(f"link__person__{name}") for name in PERSON_FIELDS}
    state = state_expression(at=at, person="link__person__")
    return (
        accounts(actor=actor)
        .annotate(
            link=FilteredRelation("links", condition=Q(links__state=AccountLink.State.CONFIRMED))
        )
        .annotate(
            link_method=F("link__method"),
            **linked,
            person_state=Case(
                When(link__isnull=True, then=Value("")), default=state, output_field=CharField()
            ),
            is_leaver=Case(When(_leaver(at), then=True), default=False),
            is_suggested=Exists(proposed),
        )
    )


def present(of: QuerySet[Account]) -> QuerySet[Account]:
    """Those that still exist, as far as we are still told."""
    return of.exclude(_GONE)


def leavers_with_access(*, actor: Actor) -> QuerySet[Account]:
    """Accounts that work and belong to somebody who may not hold access."""
    return _shown("leavers", actor=actor)


def present_accounts(*, actor: Actor) -> QuerySet[Account]:
    """Accounts that work."""
    return _shown("all", actor=actor)


def unlinked_accounts(*, actor: Actor) -> QuerySet[Account]:
    """Accounts that work, are somebody's by their kind, and are tied to nobody."""
    return _shown("unlinked", actor=actor)


def counts(*, actor: Actor) -> dict[str, int]:
    """How many accounts each filter shows, up to the bound; and how many connections have any."""
    shown = {name: _shown(name, actor=actor) for name in ACCOUNT_FILTERS}
    connections = connection_queries.connections(actor=actor, permission=VIEW)
    return bounded_counts(**shown, connections=connections.exclude(state=_DISCONNECTED))


def account_page(asked: AccountsAsked, *, actor: Actor) -> Page[Account]:
    """One page of the list."""
    rows = _shown(asked.show, actor=actor)
    if asked.search:
        rows = rows.filter(_matches(asked.search))
    return page(
        rows,
        sort=SORTS.get(asked.sort, SORTS["name"]),
        cursor=asked.cursor,
        filters={"show": asked.show, "q": asked.search},
        limit=asked.limit,
    )


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One tie of an account to a person, past or present, suggested or decided."""

    ref: UUID
    state: str
    method: str
    reason: str
    decided_at: datetime
    decided_by: str
    ended_at: datetime | None
    person_ref: UUID
    person_name: str

    @classmethod
    def of(cls, link: AccountLink) -> LinkLine:
        """The line of a link that is at hand with its person."""
        own = {name: getattr(link, name) for name in _OWN_FIELDS}
        return cls(**own, person_ref=link.person.ref, person_name=str(link.person))

    @property
    def method_in_words(self) -> str:
        return AccountLink.Method(self.method).label


def account_by_ref(ref: UUID | str, *, actor: Actor) -> tuple[Account, list[LinkLine]]:
    """One account with its raw record, `seen_at` and `seen_in`, when and in which run its list was
    last read whole, and `open_projects`; and all its links, newest first. One query, because the
    page has few to spare."""
    users = Q(connection__collections__key="users")
    each = {f"each_{name}": F(f"links__{name}") for name in _LINK_FIELDS}
    found = (
        accounts_with_person(actor=actor)
        .filter(ref=as_ref(ref))
        .select_related("connection", "record")
        .annotate(
            users=FilteredRelation("connection__collections", condition=users),
            seen_at=F("users__completed_at"),
            seen_in=read_in("users__pk"),
            open_projects=open_projects("connection"),
            **each,
        )
        .order_by("-links__id")
    )
    rows = list(found)
    lines = [_link_line(row) for row in rows if getattr(row, "each_ref") is not None]  # noqa: B009 - an annotation
    return _there(rows[0] if rows else None), lines


_OWN_FIELDS = ("ref", "state", "method", "reason", "decided_at", "decided_by", "ended_at")
_LINK_FIELDS = (*_OWN_FIELDS, "person__ref", "person__name", "person__email", "person__external_id")


def _link_line(row: Account) -> LinkLine:
    each = {name: getattr(row, f"each_{name}") for name in _LINK_FIELDS}
    ref, *names = (each.pop(f"person__{name}") for name in ("ref", "name", "email", "external_id"))
    return LinkLine(**each, person_ref=ref, person_name=next(filter(None, names), ""))


def account_to_change(ref: UUID | str, *, actor: Actor) -> Account:
    """Fetch and lock."""
    mine = accounts(actor=actor).select_for_update(of=("self",))
    return _there(mine.filter(ref=as_ref(ref)).first())


def links(*, actor: Actor) -> QuerySet[AccountLink]:
    """Links and suggestions of the accounts the actor may see, newest first."""
    visible = AccountLink.objects.select_related("account__connection", "person")
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(account__connection__ref__in=refs)
    return visible.order_by("-id")


def link_of(account: Account, *, actor: Actor) -> AccountLink | None:
    """The tie that holds now."""
    return links(actor=actor).filter(account=account, state=AccountLink.State.CONFIRMED).first()


def link_to_change(ref: UUID | str, *, actor: Actor) -> AccountLink:
    """A suggestion to decide; fetched and locked with its account."""
    mine = links(actor=actor).select_for_update(of=("self", "account"))
    if link := mine.filter(ref=as_ref(ref)).first():
        return link
    raise NotFound("There is no such suggestion; look at the account for those it has.")


def suggestions(*, actor: Actor) -> QuerySet[AccountLink]:
    """What waits for a human: whose account this might be."""
    waiting = links(actor=actor).filter(state=AccountLink.State.PROPOSED)
    return waiting.filter(~Exists(_confirmed(OuterRef("account")))).exclude(
        account__status=Account.Status.GONE
    )


def changes_of(account: Account, *, actor: Actor) -> list[AccountChange]:
    """What happened to the account at the provider, newest first; at most the newest hundred."""
    visible = accounts(actor=actor).filter(pk=account.pk)
    return list(AccountChange.objects.filter(account__in=visible).order_by("-id")[:HISTORY])


def _shown(show: str, *, actor: Actor) -> QuerySet[Account]:
    """The accounts of one filter; an unknown one is refused by name."""
    if show not in ACCOUNT_FILTERS:
        raise NotFound(f"There is no filter {show!r} of accounts; start from all of them.")
    at = now()
    rows = accounts_with_person(actor=actor, at=at)
    if show == "gone":
        return rows.filter(_GONE)
    rows = present(rows)
    unlinked = _OF_A_PERSON & Q(link__isnull=True)
    wanted: dict[str, Q] = {
        "all": Q(),
        "attention": _leaver(at) | unlinked,
        "unlinked": unlinked,
        "leavers": _leaver(at),
        "owners": Q(role="owner"),
        "new": Q(began_at__gte=at - NEW),
    }
    return rows.filter(wanted[show])


# In the order of the page: the filter's name in the address, and its words.
ACCOUNT_FILTERS = {
    "all": "All",
    "attention": "Needs attention",
    "unlinked": "Unlinked",
    "leavers": "Leavers",
    "owners": "Owners",
    "new": "New in 30 days",
    "gone": "Gone",
}


def _leaver(at: datetime) -> Q:
    return Q(link__isnull=False) & may_not_hold_access(at=at, person="link__person__")


def _matches(search: str) -> Q:
    return (
        Q(name__icontains=search)
        | Q(email_key__contains=fold_email(search))
        | Q(external_id__icontains=search)
    )


def _confirmed(account: OuterRef) -> QuerySet[AccountLink]:
    return AccountLink.objects.filter(account=account, state=AccountLink.State.CONFIRMED).order_by()


def _there(account: Account | None) -> Account:
    if account is None:
        raise NotFound("There is no such account, or it is not yours to see.")
    return account
