"""How old what is known of a connection is, by tier, and what the next sync would take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from tenure.connections.models import Connection
from tenure.inventory import planning, queries
from tenure.inventory.lines import listed, name_of
from tenure.inventory.progress import duration, plan_in_words
from tenure.inventory.queries import Reading
from tenure.lib.actor import Actor
from tenure.lib.clock import now

# Lists of the organization that change by the day.
DAILY = ("usage", "costs")


class Tier(NamedTuple):
    """The lists of one tier as one line: what they are, and how fresh.

    Of the lists of the organization `at` is the oldest. Of those below resources it is the oldest
    of the ones read, and `told` says how many those are.
    """

    name: str
    at: datetime | None
    told: str = ""


def tiers(readings: Mapping[str, Reading]) -> list[Tier]:
    """The identity tier in one line, then each kind of the detail tier, then what is read daily."""
    order = {kind: n for n, kind in enumerate(("users", "invites", "projects"))}
    ordered = sorted(readings.values(), key=lambda one: order.get(one.kind, len(order)))
    daily = [one for one in ordered if one.kind in DAILY]
    identity = [one for one in ordered if not one.is_below and one not in daily]
    lines = []
    if identity:
        names = [name_of(one.kind) for one in identity]
        said = listed([names[0], *(name.lower() for name in names[1:])], most=len(names))
        read = [one.oldest for one in identity if one.oldest]
        lines.append(Tier(said, min(read) if len(read) == len(identity) else None))
    lines += [
        Tier(name_of(one.kind), one.oldest, f"{one.whole:,} of {one.lists:,} read")
        for one in ordered
        if one.is_below
    ]
    return lines + [Tier(name_of(one.kind), one.oldest, "read daily") for one in daily]


class NextSync(NamedTuple):
    """What the next sync would take, and when every list will have been read."""

    short: str
    detail: str
    whole_at: datetime | None


def next_sync(connection: Connection, *, actor: Actor) -> NextSync | None:
    """The plan as it would be made now. None where the connector is not installed any more."""
    if not (kinds := planning.kinds_of(connection)):
        return None
    readings = queries.readings_by_connection(actor=actor).get(connection.pk, {})
    plan = planning.plan_of(connection, kinds)
    short = plan_in_words(plan.requests, plan.seconds)
    if plan.left and plan.whole_in is not None:
        unread = sum(one.lists - one.whole for one in readings.values() if one.is_below)
        if unread:
            return NextSync(short, f"All {plan.details:,} lists", now() + plan.whole_in)
        within = duration(plan.whole_in.total_seconds())
        return NextSync(short, f"Each list is read again within {within}.", None)
    return NextSync(short, "", None)
