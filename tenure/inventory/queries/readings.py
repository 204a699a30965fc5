"""Every way to read what runs did with their lists, and how fresh the lists are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Count,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, NullIf, RowNumber

from tenure.connections import queries as connection_queries
from tenure.inventory.below import below, readable
from tenure.inventory.models import (
    Account,
    Collection,
    HeldEnding,
    Invitation,
    Resource,
    SyncCollection,
    SyncRun,
)
from tenure.inventory.planning import LEFT
from tenure.inventory.queries.runs import VIEW, runs
from tenure.lib.actor import Actor
from tenure.lib.paging import Page, Sort, page

_IN_ORDER = Sort("order", ())
_HELD_EACH, _HELD_IN_ALL = 20, 100
_MOVED = Q(added__gt=0) | Q(changed__gt=0) | Q(ended__gt=0)
_LEFT_OUT = Q(state="skipped", reason=LEFT)
_EXCEPTIONAL = (Q(state__in=("incomplete", "unavailable", "skipped")) & ~_LEFT_OUT) | Q(
    would_end__gt=0
)
COLLECTION_FILTERS: dict[str, tuple[str, Q]] = {
    "all": ("All", Q()),
    "exceptional": ("Not as it should be", _EXCEPTIONAL),
    "changed": ("With changes", _MOVED),
    "left": ("Left for the next sync", _LEFT_OUT),
}


def collections_of_run(run: SyncRun, *, actor: Actor) -> list[SyncCollection]:
    """Every list of a run in the order of the plan, those below one with `resource_name`."""
    return list(_collections(run, actor).order_by("id"))


def collection_page(run: SyncRun, *, show: str, cursor: str, actor: Actor) -> Page[SyncCollection]:
    """The lists below resources, some at a time."""
    rows = _below(run, actor).filter(COLLECTION_FILTERS[show][1])
    return page(rows, sort=_IN_ORDER, cursor=cursor, filters={"run": run.ref, "show": show})


def every_collection_page(
    run: SyncRun, *, cursor: str, limit: int, actor: Actor
) -> Page[SyncCollection]:
    """Every list of a run in the order of the plan, some at a time."""
    rows = _collections(run, actor)
    return page(rows, sort=_IN_ORDER, cursor=cursor, filters={"run": run.ref}, limit=limit)


def collection_counts(run: SyncRun, *, actor: Actor) -> dict[str, int]:
    """How many lists below resources each filter shows."""
    counts = {
        name: Count("pk", filter=which) if which else Count("pk")
        for name, (_, which) in COLLECTION_FILTERS.items()
    }
    return _below(run, actor).aggregate(**counts)


def quiet_lists(*, before: datetime, actor: Actor) -> QuerySet[SyncCollection]:
    """Lists below resources that were whole, and in which nothing had happened, by then."""
    return SyncCollection.objects.filter(
        below("collection__"),
        run__in=runs(actor=actor).exclude(status__in=SyncRun.OPEN).order_by(),
        finished_at__lt=before,
        state=SyncCollection.State.COMPLETE,
        would_end=0,
        added=0,
        changed=0,
        ended=0,
    ).order_by("id")


@dataclass(frozen=True, slots=True)
class Reading:
    """How fresh the lists of one kind of a connection are, those that can be read."""

    kind: str
    is_below: bool
    lists: int
    whole: int
    rows: int
    oldest: datetime | None
    newest: datetime | None
    state: str
    reason: str


def readings_by_connection(*, actor: Actor) -> dict[int, dict[str, Reading]]:
    """Of every connection the actor may see, by its id and by kind: one query, however many lists.

    `whole` of the `lists` have been read completely, the one longest ago at `oldest`; `state` and
    `reason` are those of the last reading where there is but one list.
    """
    visible = connection_queries.connections(actor=actor, permission=VIEW)
    found: dict[int, dict[str, Reading]] = {}
    for connection_id, kind, *numbers, are_below in (
        Collection.objects.filter(readable(), connection__in=visible.values("pk"))
        .values_list("connection_id", "kind")
        .annotate(
            Count("pk"),
            Count("completed_at"),
            Sum("active_rows"),
            Min("completed_at"),
            Max("completed_at"),
            Max("state"),
            Max("reason"),
            are_below=Count("pk", filter=below()),
        )
        .order_by("connection_id", "kind")
    ):
        reading = Reading(kind, bool(are_below), *numbers)
        found.setdefault(connection_id, {})[kind] = reading
    return found


def held_endings(run: SyncRun, *, actor: Actor) -> list[HeldEnding]:
    """What a held run did not find and did not end, the first few of each list.

    Each with the account's ref, name and address, or the resource's
    name, or the address of the invitation; and with the name of the resource whose list it is.
    """
    if not actor.may("accounts.view", connection=str(run.connection.ref)):
        return []
    here = {"connection": run.connection_id, "external_id": OuterRef("external_id")}
    account, resource = Account.objects.filter(**here), Resource.objects.filter(**here)
    invitation = Invitation.objects.filter(**here)
    whose = Resource.objects.filter(
        collections__connection=run.connection_id, collections__key=OuterRef("key")
    )
    return list(
        HeldEnding.objects.filter(run=run)
        .annotate(place=Window(RowNumber(), partition_by=[F("key")], order_by="external_id"))
        .filter(place__lte=_HELD_EACH)
        .annotate(
            account_ref=Subquery(account.values("ref")[:1]),
            account_name=Subquery(account.values("name")[:1]),
            account_email=Subquery(account.values("email")[:1]),
            account_kind=Subquery(account.values("kind")[:1]),
            missing_resource=Subquery(resource.values("name")[:1]),
            invited=Subquery(invitation.values("email")[:1]),
            resource_name=Subquery(whose.values("name")[:1]),
        )
        .order_by("key", "external_id")[:_HELD_IN_ALL]
    )


def _collections(run: SyncRun, actor: Actor) -> QuerySet[SyncCollection]:
    whose = (
        F("collection__resource__name"),
        F("collection__resource__external_id"),
        NullIf(F("collection__principal_id"), Value("")),
    )
    return (
        SyncCollection.objects.filter(run__in=runs(actor=actor).filter(pk=run.pk).order_by())
        .annotate(resource_name=Coalesce(NullIf(whose[0], Value("")), whose[1], whose[2]))
        .defer("place")
    )


def _below(run: SyncRun, actor: Actor) -> QuerySet[SyncCollection]:
    return _collections(run, actor).filter(below("collection__"))
