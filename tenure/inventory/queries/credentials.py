"""Every way to read keys: whose they are, what they reach, and when they were used.

Somebody sees the keys of the connections where they hold `accounts.view`, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tenure.connections.models import Connection
from tenure.inventory import credential_rules as rules
from tenure.inventory.account_filters import unowned
from tenure.inventory.last_use import LastUse
from tenure.inventory.models import (
    Account,
    Collection,
    Credential,
    CredentialChange,
    Resource,
)
from tenure.inventory.queries.accounts import accounts_with_person
from tenure.inventory.queries.leaving import of_leavers
from tenure.inventory.queries.resources import VIEW, read_in
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.lib.text import fold_email

HISTORY = 100
MOST_KEYS = 50
# By when they were made, as far as anybody knows; use that is unknown stands last.
CREDENTIAL_SORTS = {
    sort.name: sort
    for sort in (
        Sort("name", ("name",)),
        Sort("created", ("began_at",)),
        Sort("used", ("used_order",)),
    )
}
# Found first and then put in order.
_FEW = frozenset(
    (
        "orphaned",
        "leavers",
        "nobody",
        "unowned",
        "expiring",
        "admin",
        "service",
        "federated",
        "over",
    )
)
# As in queries.accounts: as a list, not by a join.
_UNREAD = Connection.objects.filter(state=Connection.State.DISCONNECTED).values("pk")
# Of keys, which cannot be switched off, nothing but their kind is looked at.
_RULE = Q(kind=Credential.Kind.FEDERATION_RULE)
_OFF = _RULE & (
    Q(is_enabled=False)
    | Q(
        collection__in=Collection.objects.filter(
            kind="federation_rules", resource__is_enabled=False
        ).values("pk")
    )
)

# In the order of the page: the filter's name in the address, and its words.
CREDENTIAL_FILTERS = {
    "all": "All",
    "orphaned": "Owner lost access",
    "leavers": "Of leavers",
    "nobody": "Of nobody we know",
    "unowned": "Unowned services",
    "expiring": "Expire in 14 days",
    "unused": "Unused 90 days",
    "unknown": "Use unknown",
    "older_90": "Older than 90 days",
    "older_180": "Older than 180 days",
    "admin": "Admin keys",
    "service": "Of services",
    "federated": "Without a key",
    "over": "Off, expired or gone",
}


@dataclass(frozen=True, slots=True)
class CredentialsAsked:
    """What the list is asked for; everything of it lives in the page's address."""

    show: str = "all"
    search: str = ""
    sort: str = "name"
    cursor: str = ""
    limit: int = 50


def credentials(*, actor: Actor) -> QuerySet[Credential]:
    """Every key and rule the actor may see, those that are no more too."""
    visible = Credential.objects.select_related("connection", "resource").defer(
        "raw", "resource__raw"
    )
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def working(of: QuerySet[Credential], *, at: datetime) -> QuerySet[Credential]:
    """Those that are listed, switched on and not expired, as far as we are still told."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=at)
    there = of.filter(unexpired, ended_at=None).exclude(connection__in=_UNREAD)
    return there.exclude(_OFF)


def credential_page(
    asked: CredentialsAsked, *, each: bool = False, actor: Actor
) -> Page[Credential]:
    """One page of keys, each with `account`: its owner's, with their person. Two queries."""
    rows = _shown(asked.show, actor=actor, at=now(), each=each)
    if asked.search:
        rows = rows.filter(_matches(asked.search))
    sort = CREDENTIAL_SORTS.get(asked.sort, CREDENTIAL_SORTS["name"])
    if sort.name == "used":
        rows = rows.annotate(used_order=LastUse("last_used_at"))
    are_few = bool(asked.search) or asked.show in _FEW
    some: Page[Credential] = page(
        rows,
        among=rows,
        sort=sort,
        found_first=sort.name == "name" and are_few and not each,
        cursor=asked.cursor,
        filters={"show": asked.show, "q": asked.search},
        limit=asked.limit,
    )
    _give_owners(some.rows, actor=actor)
    return some


def credential_counts(*, actor: Actor) -> dict[str, int]:
    """How many keys each filter shows, and of how many connections there are any."""
    at = now()
    shown: dict[str, QuerySet[Any]] = {
        name: _shown(name, actor=actor, at=at).select_related(None) for name in CREDENTIAL_FILTERS
    }
    here = credentials(actor=actor).order_by().select_related(None).values("connection")
    return bounded_counts(**shown, connections=Connection.objects.filter(pk__in=here))


def credential_by_ref(
    ref: UUID | str, *, actor: Actor
) -> tuple[Credential, list[CredentialChange]]:
    """One key with its record, `account` (its owner's), `read_at`, `read_state` and `read_reason`
    of its list, and `read_in`, the run that read that last; and its newest steps. Three queries."""
    found = (
        credentials(actor=actor)
        .defer(None)
        .filter(ref=as_ref(ref))
        .annotate(
            read_at=F("collection__completed_at"),
            read_state=F("collection__state"),
            read_reason=F("collection__reason"),
            read_in=read_in("collection"),
        )
        .first()
    )
    if found is None:
        raise NotFound("There is no such key, or it is not yours to see.")
    _give_owners([found], actor=actor)
    steps = CredentialChange.objects.filter(credential=found).order_by("-id")
    return found, list(steps[:HISTORY])


def credentials_of(accounts: Iterable[Account], *, actor: Actor) -> list[Credential]:
    """The keys of these accounts that are still listed, each with `account`; at most one more than
    MOST_KEYS. Two queries."""
    mine = credentials(actor=actor).filter(ended_at=None)
    keys = list(mine.filter(owner__in=accounts).order_by("name", "id")[: MOST_KEYS + 1])
    _give_owners(keys, actor=actor)
    return keys


def rules_on(project: Resource, *, actor: Actor) -> QuerySet[Credential]:
    """The rules by which somebody acts in a project without a key."""
    return working(credentials(actor=actor), at=now()).filter(_RULE, resource=project)


def rules_with_owners(project: Resource, *, actor: Actor) -> list[Credential]:
    """These rules, each with `account`, as whom it acts, and `provider`, whose tokens it lets in;
    at most one more than MOST_KEYS. Three queries."""
    rules_here = list(rules_on(project, actor=actor).order_by("name", "id")[: MOST_KEYS + 1])
    _give_owners(rules_here, actor=actor)
    return rules_here


def _give_owners(rows: Iterable[Credential], *, actor: Actor) -> None:
    keys = list(rows)
    wanted = {key.owner_id for key in keys if key.owner_id is not None}
    owners = accounts_with_person(actor=actor).select_related("connection", "ownership__owner")
    by_id = {one.pk: one for one in owners.filter(pk__in=wanted)} if wanted else {}
    for key in keys:
        key.account = by_id.get(key.owner_id)  # type: ignore[attr-defined, arg-type] # for the row
    _give_providers([key for key in keys if key.kind == Credential.Kind.FEDERATION_RULE])


def _give_providers(rules_of_them: list[Credential]) -> None:
    """Whose tokens each rule lets in; one query where there are rules."""
    if not rules_of_them:
        return
    lists = {rule.collection_id for rule in rules_of_them}
    found = Resource.objects.filter(collections__in=lists).annotate(of=F("collections"))
    by_list = {one.of: one for one in found.defer("raw")}
    for rule in rules_of_them:
        rule.provider = by_list.get(rule.collection_id)  # type: ignore[attr-defined] # same


def _shown(show: str, *, actor: Actor, at: datetime, each: bool = False) -> QuerySet[Credential]:
    """The keys of one filter; an unknown one is refused by name."""
    if show not in CREDENTIAL_FILTERS:
        raise NotFound(f"There is no filter {show!r} of keys; start from all of them.")
    rows = credentials(actor=actor)
    if show == "over":
        # Each in the words of an index, and one after the other.
        every = Credential.objects.order_by().values("pk")
        expired = every.filter(ended_at=None, expires_at__lte=at)
        unread = every.filter(connection__in=_UNREAD)
        ended = every.filter(ended_at__isnull=False)
        off = every.filter(_OFF, ended_at=None)
        return rows.filter(pk__in=ended.union(expired, unread, off))
    wanted = {
        "all": Q(),
        "orphaned": Q(owner_has_access=False),
        "leavers": of_leavers("owner", at=at, each=each),
        "nobody": Q(owner=None),
        "unowned": Q(owner__in=unowned(Account.Kind.SERVICE)),
        "expiring": Q(expires_at__lte=at + rules.SOON),
        "unused": Q(last_used_at__lte=at - rules.UNUSED),
        "unknown": Q(last_used_at=None),
        "older_90": Q(created_at__lte=at - rules.OLD) & ~_RULE,
        "older_180": Q(created_at__lte=at - rules.VERY_OLD) & ~_RULE,
        "admin": Q(kind=Credential.Kind.ADMIN_KEY),
        "service": Q(owner_kind=Credential.OwnerKind.SERVICE),
        "federated": _RULE,
    }
    return working(rows, at=at).filter(wanted[show])


def _matches(search: str) -> Q:
    """Owners and projects are found first, so that no key is joined to one to be looked at."""
    owners = Account.objects.filter(email_key__contains=fold_email(search)).order_by()
    projects = Resource.objects.filter(name__icontains=search).order_by()
    return (
        Q(name__icontains=search)
        | Q(hint__icontains=search)
        | Q(external_id__icontains=search)
        | Q(owner_name__icontains=search)
        | Q(owner__in=owners.values("pk"))
        | Q(resource__in=projects.values("pk"))
    )
