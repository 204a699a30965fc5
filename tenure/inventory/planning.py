"""Which lists a run reads, in which order, and how long that will take.

The identity tier is read in every run. Of the detail tier a run takes what its interval leaves
requests for: the longest unread first, lists in which much happens sooner. The rest is the next
run's, so that no organization is too large to be read on time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q, Sum

from tenure.connections import budget
from tenure.connections.models import Connection
from tenure.connectors.base import CollectionKind
from tenure.connectors.registry import connectors
from tenure.inventory import below, rules
from tenure.inventory.models import Collection, SyncCollection, SyncRun
from tenure.lib.clock import now

# Why a list that was planned is not read after all, when the next sync is wanted already.
LEFT = "Left for the next sync."
# And why, when the provider does not answer.
GIVEN_UP = "Not asked for, because the lists before it could not be read."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the next run would ask for. `seconds` is None where nothing limits the pace.

    `left` lists of the detail tier do not fit into one interval and come later; at this pace all
    of them have been read within `whole_in`.
    """

    requests: int
    seconds: float | None
    details: int
    left: int
    whole_in: timedelta | None


def kinds_of(connection: Connection) -> Sequence[CollectionKind]:
    """The sorts of lists that its connector reads; none where it is not installed any more."""
    found = connectors().get(connection.kind)
    return found.collection_kinds() if found else ()


def plan_of(connection: Connection, kinds: Sequence[CollectionKind]) -> Plan:
    """The plan as it would be made now. A handful of queries."""
    known = _readable_collections(connection)
    details, identity = _details(known, kinds), _own_requests(known, kinds)
    seconds = connection.interval_minutes * 60.0
    chosen = _fitting(connection, details, seconds=seconds, spent=identity)
    wanted = Counter(identity)
    for one in chosen:
        wanted[one.family] += one.requests
    limited = connection.requests_per_minute is not None
    runs = ceil(len(details) / len(chosen)) if chosen else 1
    return Plan(
        requests=wanted.total(),
        seconds=budget.seconds_for(connection, wanted) if limited else None,
        details=len(details),
        left=len(details) - len(chosen),
        whole_in=timedelta(minutes=connection.interval_minutes) * runs if limited else None,
    )


def make_rows(
    run: SyncRun, kinds: Sequence[CollectionKind], *, have_parents_changed: bool = False
) -> None:
    """Write down what this run reads; again whenever lists of parents have changed: there may be
    new lists below them, and such as can be read again.

    In the caller's transaction.
    """
    connection = run.connection
    there = set(run.collections.values_list("key", flat=True))
    if run.only:
        _make_chosen_rows(run, kinds, there)
        return
    first = {kind.kind: kind for kind in kinds if not kind.parent and kind.kind not in there}
    _rows(
        run,
        [
            one
            for one in below.of_organization(connection, list(first))
            if _is_due(first[one.kind], one.completed_at, run.queued_at)
        ],
    )
    made = below.make_collections(connection, kinds)
    if there and not (made or have_parents_changed):
        return  # as planned before; a stretch begins every few seconds
    held = _held_keys(run)
    known = _readable_collections(connection)
    details = [one for one in _details(known, kinds) if one.collection.key not in there]
    details.sort(key=lambda one: one.collection.key not in held)
    spent = _planned(run, kinds)
    seconds = _seconds_left(run)
    chosen = _fitting(connection, details, seconds=seconds, spent=spent)
    _rows(run, [one.collection for one in chosen])
    run.left = dict(
        Counter(one.collection.kind for one in details)
        - Counter(one.collection.kind for one in chosen)
    )
    run.save(update_fields=["left"])


def _make_chosen_rows(run: SyncRun, kinds: Sequence[CollectionKind], there: set[str]) -> None:
    """The lists it was asked for; and of lists below them, those that are new."""
    below.make_collections(run.connection, kinds)
    lower = [kind.kind for kind in kinds if kind.parent in run.only]
    wanted = Q(key__in=run.only) | Q(kind__in=lower, attempted_at=None)
    found = Collection.objects.filter(below.readable(), wanted, connection=run.connection)
    _rows(run, found.exclude(key__in=there).order_by("id"))


def _planned(run: SyncRun, kinds: Sequence[CollectionKind]) -> Counter[str]:
    """Requests by family that the lists still take that this run has planned."""
    by_kind, planned = {kind.kind: kind for kind in kinds}, Counter[str]()
    waiting = run.collections.filter(finished_at=None)
    for name, expected in waiting.values_list("kind", "expected"):
        if (kind := by_kind.get(name)) is not None:
            planned[kind.family] += _requests(expected or 0, kind)
    return planned


def _seconds_left(run: SyncRun) -> float:
    """Of the interval that this run may use up."""
    used = (now() - run.started_at).total_seconds() if run.started_at else 0.0
    return max(0.0, run.connection.interval_minutes * 60.0 - used)


def _requests(rows: int, kind: CollectionKind) -> int:
    return max(kind.requests, ceil(rows / kind.page_rows))


def _is_due(kind: CollectionKind, read_at: datetime | None, at: datetime) -> bool:
    return read_at is None or abs(at - read_at).total_seconds() >= kind.every_s


def identity_pages(run: SyncRun) -> int:
    """Pages of the lists of the organization that this run has closed."""
    over = run.collections.filter(
        collection__resource=None, collection__principal_id="", finished_at__isnull=False
    )
    return over.aggregate(pages=Sum("pages"))["pages"] or 0


def _held_keys(run: SyncRun) -> set[str]:
    """Lists that a person decided about: the run that releases them must read them again."""
    if run.releases is None:
        return set()
    return set(run.releases.held_endings.values_list("key", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class _Detail:
    collection: Collection
    family: str
    requests: int


def _rows(run: SyncRun, collections: Iterable[Collection]) -> None:
    SyncCollection.objects.bulk_create(
        SyncCollection(
            run=run,
            collection=collection,
            key=collection.key,
            kind=collection.kind,
            expected=collection.active_rows if collection.completed_at else None,
        )
        for collection in collections
    )


def _readable_collections(connection: Connection) -> list[Collection]:
    """Every list that can be read: one query, however many there are."""
    found = Collection.objects.filter(below.readable(), connection=connection)
    return list(found.defer("salt", "reason").order_by("pk"))


def _details(known: Sequence[Collection], kinds: Sequence[CollectionKind]) -> list[_Detail]:
    """The lists of the detail tier, the most urgent first."""
    by_kind = {kind.kind: kind for kind in kinds if kind.parent}
    at = now()
    found = [
        _Detail(
            collection,
            by_kind[collection.kind].family,
            _requests(collection.active_rows, by_kind[collection.kind]),
        )
        for collection in known
        if collection.kind in by_kind
    ]
    found.sort(key=lambda one: _urgency(one.collection, at), reverse=True)
    taken = Counter[str]()
    return [one for one in found if not _is_later(by_kind[one.collection.kind], taken)]


def _is_later(kind: CollectionKind, taken: Counter[str]) -> bool:
    """Of lists of single users' roles, a few are enough for one run."""
    if kind.parent not in below.OF_USERS:
        return False
    taken[kind.kind] += 1
    return taken[kind.kind] > below.FEW


def _urgency(collection: Collection, at: datetime) -> float:
    read = collection.attempted_at
    age = None if read is None else (at - read).total_seconds()
    return rules.urgency(age=age, liveliness=collection.liveliness)


def _own_requests(known: Sequence[Collection], kinds: Sequence[CollectionKind]) -> Counter[str]:
    """By family, what the lists of the organization itself take that are due."""
    at = now()
    own = {one.kind: one for one in known if one.resource_id is None and not one.principal_id}
    wanted = Counter[str]()
    for kind in kinds:
        one = own.get(kind.kind)
        if not kind.parent and _is_due(kind, one.completed_at if one else None, at):
            wanted[kind.family] += _requests(one.active_rows if one else 0, kind)
    return wanted


def _fitting(
    connection: Connection,
    details: Sequence[_Detail],
    *,
    seconds: float,
    spent: Counter[str],
) -> list[_Detail]:
    """As many, in their order, as there are requests for in that time; at least one.

    `spent` requests by family, those to "" included, are promised already.
    """
    families = {"", *(one.family for one in details)}
    allowed = budget.allowances(connection, families, seconds=seconds)
    if not allowed:
        return list(details)
    left = {family: allowance - spent[family] for family, allowance in allowed.items()}
    left[""] = allowed[""] - spent.total()
    chosen: list[_Detail] = []
    for one in details:
        draws_on = {"", one.family}
        if all(one.requests <= left[name] for name in draws_on) or not chosen:
            for name in draws_on:
                left[name] -= one.requests
            chosen.append(one)
    return chosen
