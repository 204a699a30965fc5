"""Every way to read connections; each returns only what the actor may see.

The sealed keys come without their ciphertext: whoever needs it unseals one key, in the keyring.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Sum, Value, When

from tenure.connections.models import BudgetMinute, Connection, ConnectionKey, RequestBudget
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.text import fold_email
from tenure.users import rules as user_rules
from tenure.users.models import User

FIVE_MINUTES = timedelta(minutes=5)
_MAY_OWN = (user_rules.ADMIN, user_rules.ACCESS_MANAGER, user_rules.SYSTEM_OWNER)


def connections(*, actor: Actor, permission: str = "connections.view") -> QuerySet[Connection]:
    """Connections in the order of their names; disconnected ones last."""
    visible = Connection.objects.all()
    if (refs := actor.connections_where(permission)) is not None:
        visible = visible.filter(ref__in=refs)
    keys = ConnectionKey.objects.defer("wrapped_key", "ciphertext").order_by("purpose")
    last = Case(
        When(state=Connection.State.DISCONNECTED, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return (
        visible.select_related("owner")
        .prefetch_related(Prefetch("keys", keys))
        .annotate(last=last)
        .order_by("last", "name")
    )


def connection_by_ref(
    ref: UUID | str, *, actor: Actor, permission: str = "connections.view"
) -> Connection:
    """One connection; its keys are read only by those who look at them."""
    visible = connections(actor=actor, permission=permission).prefetch_related(None)
    return _there(visible.filter(ref=_uuid(ref)).first())


def connection_by_name(
    name: str, *, actor: Actor, permission: str = "connections.view"
) -> Connection:
    """By name, whatever its case, or by ref or organization id."""
    key = name.strip().casefold()
    for connection in connections(actor=actor, permission=permission):
        if key in (
            connection.name.casefold(),
            str(connection.ref),
            connection.organization_id.casefold(),
        ):
            return connection
    return _there(None)


def connections_to_sync(*, actor: Actor) -> QuerySet[Connection]:
    """Connections that are to be read when their time comes."""
    reading = [Connection.State.ACTIVE, Connection.State.DEGRADED, Connection.State.FAILING]
    return connections(actor=actor).filter(state__in=reading)


def connection_to_change(ref: UUID | str, *, actor: Actor) -> Connection:
    """Fetch and lock. What the actor may not manage does not exist."""
    manageable = connections(actor=actor, permission="connections.manage")
    return _there(manageable.select_for_update(of=("self",)).filter(ref=_uuid(ref)).first())


def connection_of_organization(
    kind: str, organization_id: str, *, actor: Actor
) -> Connection | None:
    """The one connection of an organization, in whatever state; locked."""
    return (
        connections(actor=actor, permission="connections.manage")
        .select_for_update(of=("self",))
        .filter(kind=kind, organization_id=organization_id)
        .first()
    )


def names_taken(*, actor: Actor, besides: Connection | None = None) -> list[str]:
    """Names that another connection has; names are unique over all of them."""
    actor.require("connections.manage", connection=str(besides.ref) if besides else None)
    others = Connection.objects.exclude(pk=besides.pk) if besides else Connection.objects.all()
    return list(others.values_list("name", flat=True))


def possible_owners(*, actor: Actor) -> QuerySet[User]:
    """Users who may look after a connection: admins, access managers and system owners."""
    if not actor.may_somewhere("connections.manage"):
        return User.objects.none()
    instant = now()
    in_force = Q(role_assignments__ends_at=None) | Q(role_assignments__ends_at__gt=instant)
    return (
        User.objects.filter(
            in_force,
            is_active=True,
            role_assignments__begins_at__lte=instant,
            role_assignments__permission_set__in=_MAY_OWN,
        )
        .distinct()
        .order_by("name", "email_key")
    )


def owner_by_email(email: str, *, actor: Actor) -> User:
    """The user who is to look after a connection."""
    return _owner(possible_owners(actor=actor).filter(email_key=fold_email(email)).first())


def owner_by_ref(ref: UUID | str, *, actor: Actor) -> User:
    return _owner(possible_owners(actor=actor).filter(ref=_uuid(ref)).first())


def sealed_keys(*, actor: Actor) -> QuerySet[ConnectionKey]:
    """Every sealed key there is, locked, with what it is sealed for."""
    actor.require("settings.manage")
    return ConnectionKey.objects.select_for_update(of=("self",)).select_related("connection")


class Traffic(NamedTuple):
    """Requests of all families in the five minutes from `since`, and how many were refused."""

    since: datetime
    requests: int
    refused: int


def budgets(connection: Connection, *, actor: Actor) -> QuerySet[RequestBudget]:
    """What is known of each family's budget; that of all requests first."""
    here = _with_traffic(connection, actor=actor)
    return (
        RequestBudget.objects.filter(connection__in=here)
        .select_related("connection")
        .order_by("family")
    )


def budget_history(connection: Connection, *, hours: int = 6, actor: Actor) -> list[Traffic]:
    """Every five minutes of the last hours, oldest first, the present ones included."""
    here = _with_traffic(connection, actor=actor)
    instant = now().replace(second=0, microsecond=0)
    last = instant - timedelta(minutes=instant.minute % 5)
    steps = hours * 12
    first = last - (steps - 1) * FIVE_MINUTES
    minutes = BudgetMinute.objects.filter(connection__in=here, minute__gte=first)
    counts = [(0, 0)] * steps
    for minute, requests, refused in minutes.values_list("minute").annotate(
        Sum("requests"), Sum("refused")
    ):
        step = (minute - first) // FIVE_MINUTES
        if step < steps:
            counts[step] = (counts[step][0] + requests, counts[step][1] + refused)
    return [Traffic(first + n * FIVE_MINUTES, *count) for n, count in enumerate(counts)]


def _with_traffic(connection: Connection, *, actor: Actor) -> QuerySet[Connection, int]:
    """The connection, for who may know what is sent to it today; an auditor is here for a past."""
    visible = connections(actor=actor).filter(pk=connection.pk)
    return (visible if actor.window is None else visible.none()).values_list("pk", flat=True)


def _owner(user: User | None) -> User:
    if user is None:
        raise Invalid(
            "Choose an owner who is an admin, an access manager or a system owner.", field="owner"
        )
    return user


def _there(connection: Connection | None) -> Connection:
    if connection is None:
        raise NotFound("There is no such connection; look at the list of connections for its name.")
    return connection


def _uuid(ref: UUID | str) -> UUID:
    """The ref; one that cannot be a ref belongs to nothing."""
    try:
        return ref if isinstance(ref, UUID) else UUID(ref)
    except ValueError:
        return UUID(int=0)
