"""Everybody's access at an instant, one account after the other in the order of their ids.

As `access_on`, for any number of accounts: only some of them are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import chain, islice
from typing import Any

from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.models import Account
from tenure.inventory.queries.history import Ground, grants, steps
from tenure.inventory.reconstructing import Held, Reconstruction, Row
from tenure.lib.actor import Actor
from tenure.lib.sorting import ByBytes

_AT_A_TIME = 2_000


def population_on(
    ground: Ground, *, at: datetime, actor: Actor
) -> Iterator[tuple[Connection, Held]]:
    """Every role that was held, by organization, id of the account and place, in order of bytes."""
    connections = sorted(
        (users.connection for users in ground.known.values()),
        key=lambda one: (one.organization_id.encode(), one.pk),
    )
    for connection in connections:
        groups = list(grants(at, [connection.pk], Q(group__isnull=False), actor=actor))
        of_accounts = _of_accounts(connection, ground, groups, at=at, actor=actor)
        of_strangers = _of_strangers(connection, ground, groups, at=at, actor=actor)
        for held in merge(of_accounts, of_strangers, key=_order):
            yield connection, held


def _of_accounts(
    connection: Connection, ground: Ground, groups: list[Row], *, at: datetime, actor: Actor
) -> Iterator[Held]:
    keys = (
        Account.objects.filter(connection=connection)
        .order_by(ByBytes("external_id"), "pk")
        .values_list("pk", flat=True)
        .iterator(_AT_A_TIME)
    )
    while some := list(islice(keys, _AT_A_TIME)):
        then = _then(connection, ground, at)
        held = list(then.organization_roles(steps([connection.pk], Q(pk__in=some), actor=actor)))
        own = grants(at, [connection.pk], Q(account__in=some), actor=actor)
        held += then.granted(chain(own, groups))
        yield from sorted(held, key=_order)


def _of_strangers(
    connection: Connection, ground: Ground, groups: list[Row], *, at: datetime, actor: Actor
) -> Iterator[Held]:
    """Whom a project or a group has, and the list of users has not."""
    nobody = Q(account=None, group=None)
    own = grants(at, [connection.pk], nobody, actor=actor)
    held = _then(connection, ground, at).granted(chain(own, groups))
    yield from sorted(held, key=_order)


def _then(connection: Connection, ground: Ground, at: datetime) -> Reconstruction:
    mine = {pk: one for pk, one in ground.known.items() if pk == connection.pk}
    projects = {k: one for k, one in ground.projects.items() if one.connection_id == connection.pk}
    return Reconstruction(at, mine, projects, ground.logs)


def _order(held: Held) -> tuple[Any, ...]:
    place = (held.resource_id.encode(), held.path, held.role.encode(), held.via.encode())
    return held.external_id.encode(), *place, held.since
