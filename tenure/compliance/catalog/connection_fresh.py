"""Do we still see what we answer for, and will we tomorrow?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Q

from tenure.compliance.definition import (
    Coverage,
    Definition,
    Failing,
    Input,
    Limits,
    Threshold,
)
from tenure.compliance.population import judged_connections
from tenure.compliance.rules import INTERVALS
from tenure.compliance.standing import (
    about,
    day,
    has_ended,
    may_hold_access,
    may_not_since,
    moment,
    stopped_at,
    why_not,
)
from tenure.connections.models import Connection, ConnectionKey
from tenure.inventory.models import Collection
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access

# What every other test rests on.
_LISTS = ("users", "invites")


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Lists that are old, keys that end, and owners who left; each is a finding of its own."""
    connections = list(judged_connections().select_related("owner").order_by("id"))
    return chain(
        _lists(connections, at), _keys(connections, at, limits["days"]), _owners(connections, at)
    )


def _lists(connections: list[Connection], at: datetime) -> Iterator[Failing]:
    read: dict[int, dict[str, datetime | None]] = defaultdict(dict)
    for row in Collection.objects.filter(connection__in=connections, key__in=_LISTS):
        read[row.connection_id][row.key] = row.completed_at
    for connection in connections:
        for name in _LISTS:
            read_at = read[connection.pk].get(name)
            began_at = connection.connected_at or connection.created_at
            inputs = (
                Input("List", name, connection.name),
                Input("Read completely at", _text(read_at), connection.name, read_at),
                Input("Connected at", _text(began_at), "Tenure"),
                Input("Minutes between reads", connection.interval_minutes, "settings"),
                Input("Intervals allowed", INTERVALS, "Tenure"),
            )
            if verdict({one.name: one.value for one in inputs}, at):
                allowed = INTERVALS * timedelta(minutes=connection.interval_minutes)
                yield Failing(
                    subject=f"connection:{connection.ref}:{name}",
                    since=(read_at or began_at) + allowed,
                    connection_id=connection.pk,
                    inputs=inputs,
                )


def _keys(connections: list[Connection], at: datetime, days: int) -> Iterator[Failing]:
    ending = ConnectionKey.objects.filter(
        connection__in=connections, expires_at__lt=at + timedelta(days=days)
    )
    # The sealed key itself is nobody's business here.
    for key in ending.defer("wrapped_key", "ciphertext").select_related("connection"):
        assert key.expires_at is not None  # noqa: S101 - chosen by it
        yield Failing(
            subject=f"connection:{key.connection.ref}:key:{key.purpose}",
            since=max(key.expires_at - timedelta(days=days), key.stored_at),
            connection_id=key.connection_id,
            inputs=(
                Input("Key", key.get_purpose_display(), "Tenure", key.stored_at),
                Input("Expires at", _text(key.expires_at), key.connection.name),
                Input("Days it must still have", days, "settings"),
            ),
        )


def _owners(connections: list[Connection], at: datetime) -> Iterator[Failing]:
    users = {one.owner_id: one.owner for one in connections if one.owner}
    tied = Q(user__in=users) | Q(user=None, email_key__in=[u.email_key for u in users.values()])
    people = Person.objects.filter(tied)
    by_user = {one.user_id: one for one in people if one.user_id}
    by_address = {one.email_key: one for one in people if not one.user_id}
    gone = set(people.filter(may_not_hold_access(at=at)).values_list("pk", flat=True))
    stopped = stopped_at(at)
    for connection in connections:
        if not (owner := connection.owner):
            continue
        person = by_user.get(owner.pk) or by_address.get(owner.email_key)
        if person is None or person.pk not in gone:
            continue
        yield Failing(
            subject=f"connection:{connection.ref}:owner",
            since=max(may_not_since(person, at, stopped), connection.created_at),
            is_at_the_latest=not has_ended(person, at),
            connection_id=connection.pk,
            person_id=person.pk,
            inputs=(Input("Owner", str(owner.ref), "Tenure"), *about(person)),
        )


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = judged_connections().count()
    return Coverage(of=count, judged=count, what="connections")


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Of a list, a key or an owner, whichever the inputs are about."""
    if "List" in inputs:
        read_at = moment(inputs["Read completely at"]) or moment(inputs["Connected at"])
        interval = timedelta(minutes=inputs["Minutes between reads"])
        return read_at is None or at - read_at > inputs["Intervals allowed"] * interval
    if "Expires at" in inputs:
        expires_at = moment(inputs["Expires at"])
        must_have = timedelta(days=inputs["Days it must still have"])
        return expires_at is not None and expires_at - at < must_have
    return not may_hold_access(inputs, at)


def sentence(inputs: Mapping[str, Any], who: str, at: datetime) -> str:
    if "List" in inputs:
        read_at = inputs["Read completely at"]
        since = f"since {read_at[:16].replace('T', ' ')} UTC" if read_at else "completely yet"
        return f"The {inputs['List']} of {who} have not been read {since}."
    if "Expires at" in inputs:
        return f"The {inputs['Key'].lower()} of {who} ends on {day(inputs['Expires at'])}."
    return f"Whoever looks after {who} {why_not(inputs, at)}."


TEST = Definition(
    slug="connection-fresh",
    title="OpenAI connections are read, and will be tomorrow",
    question="Is every organization read on time, with a key that lasts and an owner who is here?",
    why_it_matters=(
        "Every other answer is only as good as what was read. A key that ends, or whose owner has "
        "left, ends the reading some day soon."
    ),
    how_to_fix=(
        "Open the connection and look at its latest run",
        "Replace a key before it expires: nothing is lost by it",
        "Give the connection to somebody who is here",
        "The next sync closes the finding",
    ),
    rule=(
        "Users and invitations are younger than two intervals, every key lasts for two weeks more, "
        "and the owner of the connection may hold access."
    ),
    sla_days=1,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "ISO27001:A.5.16", "ISO27001:A.5.17", "NIST:AC-2"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    thresholds=(Threshold("days", "Days a key must still have", usual=14, least=1, most=90),),
    collections=(),
    needs_people=False,
)
