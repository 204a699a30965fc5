"""Every way to read accounts and whom they belong to.

Somebody sees the accounts of the connections where they hold `accounts.view`, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from tenure.inventory.account_filters import ACCOUNT_FILTERS, plain, unowned
from tenure.inventory.models import Account, AccountLink
from tenure.inventory.queries.activity import with_activity
from tenure.inventory.queries.kept import kept_counts
from tenure.inventory.queries.leaving import of_leavers
from tenure.inventory.queries.lines import LINK_FIELDS, LinkLine, line_of
from tenure.inventory.queries.resources import VIEW, open_projects, read_in
from tenure.inventory.queries.ties import (
    DISCONNECTED_ONES,
    keys_of_gone,
    lasting,
    seen_ties,
    waiting_ties,
)
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import MOST, bounded_counts
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.lib.text import fold_email
from tenure.people.states import may_not_hold_access, state_expression

FEW = 8

_ORDERS = {"name": "name", "since": "-began_at", "role": "role", "activity": "-last_active_at"}
SORTS = {name: Sort(name, (column,)) for name, column in _ORDERS.items()}
PERSON_FIELDS = ("ref", "name", "email", "external_id", "ends_on", "ends_at", "begins_at")
_DISCONNECTED = Connection.State.DISCONNECTED
_GONE = Q(status=Account.Status.GONE) | Q(connection__in=DISCONNECTED_ONES)


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
        .select_related("connection", "ownership")
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


def gone(of: QuerySet[Account]) -> QuerySet[Account]:
    """Those that exist no more, or of which nobody tells us any more."""
    return of.filter(pk__in=keys_of_gone(of=Account.objects.all()))


def present(of: QuerySet[Account]) -> QuerySet[Account]:
    """Those that still exist, as far as we are still told."""
    return of.exclude(_GONE)


def present_accounts(*, actor: Actor) -> QuerySet[Account]:
    """Accounts that work."""
    return present(accounts_with_person(actor=actor))


def unlinked(*, actor: Actor) -> QuerySet[Account]:
    """Accounts that work, are somebody's by their kind, and are tied to nobody."""
    return _shown("unlinked", actor=actor)


def unlinked_accounts(*, actor: Actor) -> QuerySet[Account]:
    """The same with everything that is shown of them."""
    return accounts_with_person(actor=actor).filter(pk__in=unlinked(actor=actor).values("pk"))


def counts(*, actor: Actor) -> dict[str, int]:
    """How many accounts each filter shows, up to the bound; and how many connections have any.

    Counted without the columns of people, which the list needs and a number does not.
    """
    at, mine = now(), accounts(actor=actor).order_by()
    working = present(mine)
    held = AccountLink.objects.filter(state=AccountLink.State.CONFIRMED).order_by()
    connections = connection_queries.connections(actor=actor, permission=VIEW)
    found = bounded_counts(
        **{name: working.filter(of) for name, of in plain(at).items() if name != "suggested"},
        # Not from the accounts: of all that nobody has, most may wait for nothing.
        suggested=waiting_ties(actor=actor).values("account").distinct(),
        leavers=lasting(of=seen_ties(held, actor=actor)).filter(
            may_not_hold_access(at=at, person="person__")
        ),
        unowned=working.filter(pk__in=unowned()).exclude(of_leavers("pk", at=at, each=True)),
        gone=gone(mine),
        connections=connections.exclude(state=_DISCONNECTED),
    )
    # No account is two of these: whoever is a leaver has a link.
    needing = found["leavers"] + found["unlinked"] + found["unowned"]
    return found | {"attention": min(needing, MOST + 1)}


def account_page(
    asked: AccountsAsked, *, each: bool = False, are_few: bool = False, actor: Actor
) -> Page[Account]:
    """One page of the list; `each` account is asked where they are many."""
    found = _shown(asked.show, each=each, actor=actor)
    if asked.search:
        found = found.filter(_matches(asked.search))
    rows = accounts_with_person(actor=actor)
    return page(
        rows.select_related("connection", "ownership__owner"),
        among=found,
        sort=(sort := SORTS.get(asked.sort, SORTS["name"])),
        found_first=sort.name == "name" and (are_few or bool(asked.search)),
        cursor=asked.cursor,
        filters={"show": asked.show, "q": asked.search},
        limit=asked.limit,
    )


_OWNERSHIP = ("ownership__owner", "ownership__backup_owner", "ownership__sponsor")


def account_by_ref(ref: UUID | str, *, actor: Actor) -> tuple[Account, list[LinkLine]]:
    """One account with its raw record, who answers for it, `seen_at` and `seen_in`, when and in
    which run its list was last read whole, `open_projects`, `log_state`, `key_count` and
    `group_count`; and all its links, newest first. One query, because the page has few to spare.
    """
    users = Q(connection__collections__key="users")
    each = {f"each_{name}": F(f"links__{name}") for name in LINK_FIELDS}
    found = (
        with_activity(accounts_with_person(actor=actor))
        .filter(ref=as_ref(ref))
        .select_related("connection", "record", *_OWNERSHIP)
        .annotate(
            users=FilteredRelation("connection__collections", condition=users),
            seen_at=F("users__completed_at"),
            log_state=F("connection__provider_log__state"),
            seen_in=read_in("users__pk"),
            open_projects=open_projects("connection"),
            **kept_counts("pk"),
            **each,
        )
        .order_by("-links__id")
    )
    rows = list(found)
    lines = [line_of(row) for row in rows if getattr(row, "each_ref") is not None]  # noqa: B009 - an annotation
    return _there(rows[0] if rows else None), lines


def account_to_change(ref: UUID | str, *, actor: Actor) -> Account:
    """Fetch and lock."""
    mine = accounts(actor=actor).select_for_update(of=("self",))
    return _there(mine.filter(ref=as_ref(ref)).first())


def accounts_to_change(refs: Sequence[UUID | str], *, actor: Actor) -> list[Account]:
    """Fetch and lock all of them, or none."""
    wanted = {as_ref(ref) for ref in refs}
    if not wanted:
        raise Invalid("Choose at least one account.")
    mine = accounts(actor=actor).select_for_update(of=("self",)).filter(ref__in=wanted)
    found = list(mine.order_by("pk"))
    if len(found) < len(wanted):
        _there(None)
    return found


def chosen_accounts(refs: Sequence[UUID | str], *, actor: Actor) -> list[Account]:
    """Those of the accounts that the actor may see, with their person, by name."""
    chosen = accounts_with_person(actor=actor).filter(ref__in={as_ref(ref) for ref in refs})
    return list(chosen.order_by("name", "id"))


def accounts_to_choose(typed: str, *, actor: Actor) -> QuerySet[Account]:
    """A few accounts that work and have what is typed in their name, address or id."""
    return present(accounts(actor=actor)).filter(_matches(typed)).order_by("name", "pk")[:FEW]


def _shown(show: str, *, each: bool = False, actor: Actor) -> QuerySet[Account]:
    """The accounts of one filter, `each` asked where they are many; an unknown one is refused by
    name."""
    if show not in ACCOUNT_FILTERS:
        raise NotFound(f"There is no filter {show!r} of accounts; start from all of them.")
    at = now()
    of_no_person = plain(at, each=each)
    if show == "gone":
        return gone(accounts(actor=actor))
    rows = present(accounts(actor=actor))
    if show in of_no_person:
        return rows.filter(of_no_person[show])
    leaving = of_leavers("pk", at=at, each=each)
    needing = leaving | of_no_person["unlinked"] | Q(pk__in=unowned())
    return rows.filter(needing if show == "attention" else leaving)


def _leaver(at: datetime) -> Q:
    return Q(link__isnull=False) & may_not_hold_access(at=at, person="link__person__")


def _matches(search: str) -> Q:
    named = Q(name__icontains=search) | Q(external_id__icontains=search)
    return named | Q(email_key__contains=fold_email(search))


def _there(account: Account | None) -> Account:
    if account is None:
        raise NotFound("There is no such account, or it is not yours to see.")
    return account
