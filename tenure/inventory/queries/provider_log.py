"""What the provider's log tells, and how far it was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.inventory.models import ProviderEvent, ProviderLog
from tenure.lib.actor import Actor

VIEW = "accounts.view"


def provider_events(*, actor: Actor) -> QuerySet[ProviderEvent]:
    """Every event the actor may see."""
    visible = ProviderEvent.objects.all()
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def logins_since(since: datetime, *, actor: Actor) -> QuerySet[ProviderEvent, Any]:
    """The last login of each account that has signed in since then: `account` and `last`."""
    logins = provider_events(actor=actor).filter(about="login", verb="succeeded", at__gte=since)
    known = logins.exclude(account=None).order_by().values("account")
    return known.annotate(last=Max("at"))


def connections_to_follow(*, actor: Actor) -> QuerySet[Connection]:
    """Those whose log may have news. One that is off, or not for our key, is asked per sync."""
    quiet = [ProviderLog.State.OFF, ProviderLog.State.NO_SCOPE]
    reading = connection_queries.connections_to_sync(actor=actor)
    return reading.exclude(Q(provider_log__state__in=quiet))
