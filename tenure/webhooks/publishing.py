"""Writing events, in the transaction of what they tell. They exist if and only if that commits.

    publish("operation.failed", "operation", [operation.ref], connection=…, data={"before": before})

Events are written whether or not an endpoint wants them. `data` holds refs, states and counts; who
or what somebody is called is asked of the API, which knows who may see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db.models import DateTimeField, F, Func, JSONField, QuerySet, UUIDField, Value
from django.db.models.fields import CharField, PositiveSmallIntegerField
from django.db.models.functions import Cast

from tenure.jobs.follow_ups import announce
from tenure.lib.clock import now
from tenure.lib.rows import store_found
from tenure.webhooks import rules
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookSubject
from tenure.webhooks.types import check_declared

_EVENT = ("ref", "type", "subject_kind", "subject_ref", "sequence", "connection_ref", "data", "at")
_DELIVERY = ("ref", "endpoint", "event", "state", "attempts", "since", "due_at", "last_reason")


class _NewRef(Func):
    """A random ref made by the database, for rows that never pass through here."""

    template = "gen_random_uuid()"
    output_field = UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:  # noqa: ANN401 - Django's
        return self.as_sql(compiler, connection, template="lower(hex(randomblob(16)))", **more)


def publish(
    event_type: str,
    kind: str,
    refs: Sequence[UUID] | QuerySet[Any, Any],
    *,
    connection: UUID | None = None,
    data: Mapping[str, object] | None = None,
) -> None:
    """Write one event for each thing of this kind: a handful of statements, however many they are.

    `refs` may be a query of refs, `.values("ref")`, each of them once.
    """
    if not database.in_atomic_block:
        raise RuntimeError("Tell an event in the transaction of what it tells, or not at all.")
    check_declared(event_type)
    at = now()
    subjects = _count_on(kind, refs)
    told = subjects.values_list(
        _NewRef(),
        Value(event_type, CharField()),
        "kind",
        "ref",
        "sequence",
        # Cast, as PostgreSQL takes a bare null for a text.
        Cast(Value(connection, UUIDField()), UUIDField()),
        Value(dict(data or {}), JSONField()),
        Value(at, DateTimeField()),
    )
    store_found(WebhookEvent, _EVENT, told)
    for endpoint in WebhookEndpoint.objects.exclude(state=WebhookEndpoint.State.OFF).order_by("pk"):
        if rules.is_wanted(event_type, endpoint.types):
            events = WebhookEvent.objects.filter(
                type=event_type, subject_kind=kind, subject_ref__in=refs, at=at
            )
            send(events, endpoint, at=at)


def send(events: QuerySet[WebhookEvent], endpoint: WebhookEndpoint, *, at: datetime) -> None:
    """Put events on their way to an endpoint, after the transaction."""
    state = WebhookDelivery.State.WAITING.value
    found = events.values_list(
        _NewRef(),
        Value(endpoint.pk, PositiveSmallIntegerField()),
        "pk",
        Value(state, CharField()),
        Value(0, PositiveSmallIntegerField()),
        Value(at, DateTimeField()),
        Value(at, DateTimeField()),
        Value("", CharField()),
    )
    if store_found(WebhookDelivery, _DELIVERY, found):
        # Of its own for each transaction: two that shared one would wait for each other.
        last = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-pk").values("pk")[:1]
        announce("webhook.waiting", to=endpoint.pk, of=last.get()["pk"])


def _count_on(kind: str, refs: Sequence[UUID] | QuerySet[Any, Any]) -> QuerySet[WebhookSubject]:
    """The subjects, one further each, and held until the transaction ends."""
    subjects = WebhookSubject.objects.filter(kind=kind, ref__in=refs)
    if isinstance(refs, QuerySet):
        (column,) = refs.query.values_select or ("ref",)
        found = refs.order_by(column).values_list(
            Value(kind, CharField()), column, Value(0, PositiveSmallIntegerField())
        )
        store_found(WebhookSubject, ("kind", "ref", "sequence"), found)
    else:
        rows = [WebhookSubject(kind=kind, ref=ref) for ref in sorted(set(refs))]
        WebhookSubject.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
    if database.features.has_select_for_update:
        # In one order, so that two who tell of the same things wait and do not block each other.
        list(subjects.select_for_update().order_by("ref").values_list("pk"))
    subjects.update(sequence=F("sequence") + 1)
    return subjects
