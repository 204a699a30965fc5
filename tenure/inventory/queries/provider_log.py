"""What the provider's log tells, and how far it was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.inventory.models import (
    Account,
    Credential,
    Entitlement,
    ProviderEvent,
    ProviderLog,
    Resource,
)
from tenure.lib.actor import Actor

VIEW = "accounts.view"
MOST_TOLD = 200
_QUIET = (ProviderLog.State.OFF, ProviderLog.State.NO_SCOPE)


def provider_events(*, actor: Actor) -> QuerySet[ProviderEvent]:
    """Every event the actor may see."""
    visible = ProviderEvent.objects.all()
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def newest_events(connection: Connection, *, actor: Actor) -> QuerySet[Any]:
    """Everything its log tells, the newest first."""
    mine = provider_events(actor=actor).filter(connection=connection)
    return _named(mine).order_by("-at", "-id")


def log_of(connection: Connection, *, actor: Actor) -> ProviderLog | None:
    """How far its log was read, with `gap_since` and `gap_until`, the time in which something was
    not; None where the actor may not know or nothing was asked yet. One query."""
    if not actor.may("connections.view", connection=str(connection.ref)):
        return None
    gaps = {"gap_since": Min("gaps__since"), "gap_until": Max("gaps__until")}
    return ProviderLog.objects.filter(connection=connection).annotate(**gaps).first()


def connections_without_log(*, actor: Actor) -> QuerySet[Connection]:
    """Those that are read, and whose provider keeps no log, or none that our key may read."""
    reading = connection_queries.connections_to_sync(actor=actor).exclude(kind="file")
    return reading.filter(provider_log__state__in=_QUIET).order_by("name")


def told_of_accounts(accounts: Iterable[Account], *, actor: Actor) -> list[ProviderEvent]:
    """What the log tells of these accounts that lists tell too, the newest first; each event once
    for every `moment` and `row_id` that it explains, None where it explains none. One query."""
    accounts = list(accounts)
    ids = [account.pk for account in accounts]
    if not ids:
        return []
    keys = Credential.objects.filter(owner__in=ids)
    theirs = keys.filter(external_id=OuterRef("subject_id"), connection=OuterRef("connection"))
    about = Q(account__in=ids) | Q(Exists(theirs), about="credential")
    mine = provider_events(actor=actor).filter(about, connection__in=_connections(accounts))
    return list(_told(mine))


def told_of_credential(key: Credential, *, actor: Actor) -> list[ProviderEvent]:
    """The same of a key."""
    mine = provider_events(actor=actor).filter(connection=key.connection_id, about="credential")
    return list(_told(mine.filter(subject_id=key.external_id)))


def told_of_group(group: Resource, *, actor: Actor) -> list[ProviderEvent]:
    """The same of a group: itself, who is in it, and what it holds."""
    mine = provider_events(actor=actor).filter(connection=group.connection_id)
    itself = Q(about="group", subject_id=group.external_id)
    members = Q(resource_kind="group", resource_id=group.external_id)
    holds = Q(about="grant", principal_id=group.external_id)
    return list(_told(mine.filter(itself | members | holds)))


def _connections(accounts: Iterable[Account]) -> set[int]:
    return {account.connection_id for account in accounts}


def told_of_project(project: Resource, *, actor: Actor) -> list[ProviderEvent]:
    """The same of a project: itself, who is in it, and its keys."""
    mine = provider_events(actor=actor).filter(connection=project.connection_id)
    itself = Q(about="project", subject_id=project.external_id)
    within = Q(resource_kind="project", resource_id=project.external_id)
    return list(_told(mine.filter(itself | within)))


def _told(events: QuerySet[ProviderEvent]) -> QuerySet[Any]:
    explained = {"moment": F("explains__moment"), "row_id": F("explains__row_id")}
    told: QuerySet[Any] = _named(events.exclude(fact="")).annotate(**explained)
    return told.order_by("-at", "-id")[:MOST_TOLD]


def _named(events: QuerySet[ProviderEvent]) -> QuerySet[Any]:
    """With whom they are about and who did it, `project_name` of the project or group it happened
    in, `role_name` and `key_name`, as today's lists call them."""
    where = Resource.objects.filter(
        connection=OuterRef("connection"),
        kind=OuterRef("resource_kind"),
        external_id=OuterRef("resource_id"),
    ).exclude(kind=Resource.Kind.ORGANIZATION)
    of = {"connection": OuterRef("connection"), "external_id": OuterRef("subject_id")}
    role = Entitlement.objects.filter(**of, is_predefined=False).exclude(name="")
    key = Credential.objects.filter(**of)
    known = events.select_related("by_account", "account", "connection")
    return known.annotate(
        project_name=Subquery(where.values("name")[:1]),
        role_name=Subquery(role.values("name")[:1]),
        key_name=Subquery(key.values("name")[:1]),
    )


def logins_since(since: datetime, *, actor: Actor) -> QuerySet[ProviderEvent, Any]:
    """The last login of each account that has signed in since then: `account` and `last`."""
    logins = provider_events(actor=actor).filter(about="login", verb="succeeded", at__gte=since)
    known = logins.exclude(account=None).order_by().values("account")
    return known.annotate(last=Max("at"))


def connections_to_follow(*, actor: Actor) -> QuerySet[Connection]:
    """Those whose log may have news. One that is off, or not for our key, is asked per sync."""
    reading = connection_queries.connections_to_sync(actor=actor).exclude(kind="file")
    return reading.exclude(Q(provider_log__state__in=_QUIET))
