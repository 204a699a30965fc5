"""Who had what at an instant of the past, put together from what changed since.

A handful of statements, however many accounts there are. What cannot be known is said: before a
list was read completely for the first time nobody can tell who was on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.inventory.being_in_groups import OWN
from tenure.inventory.below import LISTS_OF_USERS
from tenure.inventory.event_rules import Said
from tenure.inventory.explaining import coverage_of
from tenure.inventory.models import (
    AccountChange,
    AccountLink,
    Collection,
    Grant,
    KnownBy,
    ProviderEvent,
    ProviderLog,
    Resource,
    ResourceChange,
    SyncCollection,
)
from tenure.inventory.queries.accounts import accounts
from tenure.inventory.queries.resources import VIEW
from tenure.inventory.reconstructing import (
    ACCOUNT_COLUMNS,
    GRANT_COLUMNS,
    Held,
    Reconstruction,
    Row,
    Told,
)
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid
from tenure.people.models import Person

_AT_A_TIME = 5_000
_ROLE = "account.role:"


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A list about which nobody can tell: it was first read completely later, or never.

    Without `resource` it is the list of users.
    """

    connection: str
    resource: str
    known_since: datetime | None


@dataclass(frozen=True, slots=True)
class AccessThen:
    """Who had what at an instant; `is_known` of at least one organization."""

    at: datetime
    held: list[Held]
    not_known: list[NotKnown]
    is_known: bool


def access_on(
    *,
    at: datetime,
    actor: Actor,
    connection: Connection | None = None,
    person: Person | None = None,
) -> AccessThen:
    """Every role that was held at an instant, as far as it is known. Eight queries."""
    if at > now():
        raise Invalid("Nobody knows the future; give a date or an instant that has passed.")
    lists = _lists_of_users(actor, connection)
    known = {one.connection_id: one for one in lists if one.first is not None and one.first <= at}
    projects = {one.pk: one for one in _there(at, known, Resource.Kind.PROJECT, "project_users")}
    groups = _there(at, known, Resource.Kind.GROUP, "group_users")
    gaps = [NotKnown(one.connection.name, "", one.first) for one in lists]
    gaps = [gap for gap, one in zip(gaps, lists, strict=True) if one.connection_id not in known]
    for one in (*projects.values(), *groups):
        if one.first is None or one.first > at:
            gaps.append(NotKnown(one.connection.name, str(one), one.first))
    then = Reconstruction(at, known, projects, _told(known))
    held = list(then.organization_roles(_steps(actor, known, person)))
    held += then.granted(_grants(at, known, person))
    return AccessThen(at, sorted(held, key=_order), gaps, is_known=bool(known))


def _told(known: Mapping[int, Any]) -> dict[int, Told]:
    """What the logs say of roles of the organization."""
    logs = ProviderLog.objects.filter(connection__in=list(known)).prefetch_related("gaps")
    coverages = {log.connection_id: coverage_of(log) for log in logs}
    roles: dict[int, dict[str, list[Said]]] = {pk: defaultdict(list) for pk in known}
    events = ProviderEvent.objects.filter(
        connection__in=list(coverages), fact__gt=_ROLE, fact__lt=_ROLE[:-1] + ";"
    )
    # That it is not empty is what its index asks for.
    rows = (
        events.exclude(fact="")
        .order_by("at", "id")
        .values_list("connection", "fact", "pk", "at", "value")
    )
    for connection, fact, pk, at, role in rows.iterator(_AT_A_TIME):
        roles[connection][fact.removeprefix(_ROLE)].append(Said(pk, at, role, has_actor=False))
    return {pk: Told(coverages.get(pk), roles[pk]) for pk in known}


def _order(one: Held) -> tuple[object, ...]:
    name = (one.name or one.email or one.external_id).casefold()
    rank = bool(one.resource), one.path == "organization owner", one.resource, one.since
    return one.connection, name, one.external_id, *rank


def _lists_of_users(actor: Actor, connection: Connection | None) -> list[Any]:
    """Each with when it was first read completely."""
    visible = connection_queries.connections(actor=actor, permission=VIEW)
    if connection is not None:
        visible = visible.filter(pk=connection.pk)
    lists = Collection.objects.filter(connection__in=visible.values("pk"), key="users")
    return list(lists.select_related("connection").annotate(first=_first_complete("pk")))


def _there(at: datetime, connections: Iterable[int], kind: str, members: str) -> QuerySet[Any]:
    """What there was then of projects, or groups, each with the age of its list of members."""
    lives = ResourceChange.objects.filter(resource=OuterRef("pk"), at__lte=at)
    lives = lives.exclude(kind=ResourceChange.Kind.CHANGED).order_by("-id")
    return (
        Resource.objects.filter(connection__in=list(connections), kind=kind)
        .filter(Q(archived_at=None) | Q(archived_at__gt=at))
        .select_related("connection")
        .annotate(
            members=FilteredRelation("collections", condition=Q(collections__kind=members)),
            last_step=Subquery(lives.values("kind")[:1]),
            completed_at=F("members__completed_at"),
            first=_first_complete("members__pk"),
        )
        .exclude(last_step=None)
        .exclude(last_step=ResourceChange.Kind.ENDED)
    )


def _first_complete(collection: str) -> Subquery:
    whole = SyncCollection.objects.filter(
        collection=OuterRef(collection), state=SyncCollection.State.COMPLETE
    )
    return Subquery(whole.order_by("id").values("finished_at")[:1])


def _steps(actor: Actor, connections: Iterable[int], person: Person | None) -> Iterator[Row]:
    """Every step of every account that says whether it was there, and with which role."""
    told = ~Q(changes__kind=AccountChange.Kind.CHANGED) | Q(changes__field="role")
    links = Q(links__state=AccountLink.State.CONFIRMED)
    rows = (
        accounts(actor=actor)
        .select_related(None)
        .filter(connection__in=list(connections))
        .annotate(
            link=FilteredRelation("links", condition=links),
            step=FilteredRelation("changes", condition=told),
        )
    )
    if person is not None:
        rows = rows.filter(link__person=person)
    yield from rows.order_by("pk", "step__id").values(*ACCOUNT_COLUMNS).iterator(_AT_A_TIME)


def _grants(at: datetime, connections: Iterable[int], person: Person | None) -> Iterator[Row]:
    """Every grant that may have been held then."""
    between = Q(began_known_by=KnownBy.BETWEEN_READS)
    between &= Q(began_not_before=None) | Q(began_not_before__lte=at)
    rows = Grant.objects.filter(
        OWN,
        Q(began_at__lte=at) | between,
        Q(ended_at=None) | Q(ended_at__gt=at),
        collection__connection__in=list(connections),
    ).exclude(
        # The lists of users and members tell these, and are read sooner.
        collection__kind__in=LISTS_OF_USERS,
        entitlement__is_predefined=True,
    )
    if person is not None:
        links = AccountLink.objects.filter(person=person, state=AccountLink.State.CONFIRMED)
        rows = rows.filter(Q(account__in=links.values("account")) | Q(group__isnull=False))
    yield from rows.order_by().values(*GRANT_COLUMNS).iterator(_AT_A_TIME)
