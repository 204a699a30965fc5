"""The readings that an answer about an instant rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenure.connections import queries as connection_queries
from tenure.inventory.models import Collection, SyncCollection
from tenure.inventory.queries.resources import VIEW
from tenure.lib.actor import Actor
from tenure.lib.sorting import ByBytes


def readings_until(at: datetime, *, actor: Actor) -> Iterator[SyncCollection]:
    """Of each list its newest complete reading by then, or its last attempt where there is none."""
    visible = connection_queries.connections(actor=actor, permission=VIEW)
    lists = Collection.objects.filter(connection__in=visible.values("pk"))
    done = SyncCollection.objects.filter(collection=OuterRef("pk"), finished_at__lte=at)
    whole: QuerySet[Any] = done.filter(state=SyncCollection.State.COMPLETE)
    newest = Coalesce(
        Subquery(whole.order_by("-id").values("pk")[:1]),
        Subquery(done.order_by("-id").values("pk")[:1]),
    )
    found = lists.annotate(newest=newest).exclude(newest=None).order_by().values("newest")
    yield from (
        SyncCollection.objects.filter(pk__in=found)
        .select_related("run__connection")
        .annotate(organization=F("run__connection__organization_id"))
        .order_by(ByBytes("organization"), ByBytes("key"), "id")
        .iterator(1_000)
    )
