"""Every way to read connections; each returns only what the actor may see.

The sealed keys come without their ciphertext: whoever needs it unseals one key, in the keyring.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from tenure.connections import rules
from tenure.connections.models import BudgetMinute, Connection, ConnectionKey, RequestBudget
from tenure.connections.upload_models import UploadedFile
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.text import fold_email
from tenure.users import rules as user_rules
from tenure.users.actors import in_force
from tenure.users.models import RoleAssignment, User
from tenure.users.neighbours import users_who_left

FIVE_MINUTES = timedelta(minutes=5)
_MAY_OWN = (user_rules.ADMIN, user_rules.ACCESS_MANAGER, user_rules.SYSTEM_OWNER)


def connections(*, actor: Actor, permission: str = "connections.view") -> QuerySet[Connection]:
    """Connections in the order of their names; disconnected ones last."""
    visible = Connection.objects.all()
    if (refs := actor.connections_where(permission)) is not None:
        visible = visible.filter(ref__in=refs)
    keys = ConnectionKey.objects.defer("wrapped_key", "ciphertext").order_by("purpose")
    newest = (
        UploadedFile.objects.filter(connection=OuterRef("pk")).order_by("-id").values("uploaded_at")
    )
    last = Case(
        When(state=Connection.State.DISCONNECTED, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return (
        visible.select_related("owner", "paused_by")
        .prefetch_related(Prefetch("keys", keys))
        .annotate(last=last, owner_has_left=_owner_has_left(), uploaded_at=Subquery(newest[:1]))
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


def connections_to_look_after(*, actor: Actor) -> QuerySet[Connection]:
    """Connections of which somebody may have to hear: a key ends, or the owner came or went."""
    in_time = now() + rules.EXPIRES_SOON
    key_ends = ConnectionKey.objects.filter(
        ~Q(expiry_told=ConnectionKey.Expiry.EXPIRED),
        connection=OuterRef("pk"),
        expires_at__lte=in_time,
    )
    went = Q(owner_has_left=True, owner_absence_told_at=None)
    came = Q(owner_has_left=False, owner_absence_told_at__isnull=False)
    asleep = [Connection.State.DRAFT, Connection.State.DISCONNECTED]
    return (
        connections(actor=actor, permission="connections.manage")
        .exclude(state__in=asleep)
        .filter(Exists(key_ends) | went | came)
    )


def connections_in_trouble(*, actor: Actor) -> QuerySet[Connection]:
    """Connections of which not everything is read, the worst first."""
    in_trouble = [Connection.State.FAILING, Connection.State.DEGRADED]
    found = connections(actor=actor).prefetch_related(None).filter(state__in=in_trouble)
    return found.order_by("-state", "name")


def keys_of(connection: Connection, *, actor: Actor) -> QuerySet[ConnectionKey]:
    """Its keys without what is sealed."""
    actor.require("connections.view", connection=str(connection.ref))
    return connection.keys.defer("wrapped_key", "ciphertext").order_by("purpose")


def connections_to_sync(*, actor: Actor) -> QuerySet[Connection]:
    """Connections that are to be read when their time comes."""
    reading = [Connection.State.ACTIVE, Connection.State.DEGRADED, Connection.State.FAILING]
    return connections(actor=actor).filter(state__in=reading)


def connection_to_change(ref: UUID | str, *, actor: Actor) -> Connection:
    """Fetch and lock. What the actor may not manage does not exist."""
    manageable = connections(actor=actor, permission="connections.manage")
    return _there(manageable.select_for_update(of=("self",)).filter(ref=_uuid(ref)).first())


def connection_to_judge(ref: UUID | str, *, actor: Actor) -> Connection:
    """Fetch and lock, for those who may read its accounts and report how that went."""
    readable = connections(actor=actor, permission="accounts.sync").prefetch_related(None)
    return _there(readable.select_for_update(of=("self",)).filter(ref=_uuid(ref)).first())


def users_to_tell(
    connection: Connection, *, actor: Actor, and_owner: bool = True
) -> QuerySet[User]:
    """Who hears of what befalls a connection: its owner and every admin of it, each once."""
    actor.require("connections.view", connection=str(connection.ref))
    admins = RoleAssignment.objects.filter(
        in_force(),
        permission_set=user_rules.ADMIN,
        connection_ref__in=["", str(connection.ref)],
    )
    concerned = Q(pk__in=admins.values("user"))
    if and_owner:
        concerned |= Q(pk=connection.owner_id)
    return User.objects.filter(concerned, is_active=True).order_by("email_key")


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


def _owner_has_left() -> Case:
    """Whether the owner may not sign in any more, or is a person who left."""
    left = users_who_left().filter(pk=OuterRef("owner"))
    return Case(
        When(Q(owner__is_active=False) | Exists(left), then=True),
        default=False,
        output_field=BooleanField(),
    )


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
