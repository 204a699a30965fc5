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
from tenure.compliance.read_lists import ReadLists
from tenure.compliance.rules import INTERVALS, ROUND, Lists, allowed_age
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
from tenure.inventory.models import Credential
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access

_HOURS = "Hours allowed at least"
# Of a key of ours, so many characters are kept to be shown.
_SHOWN = 4


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Lists that are old, keys that end, and owners who left; each is a finding of its own."""
    connections = list(judged_connections().select_related("owner").order_by("id"))
    return chain(
        _lists(connections, at), _keys(connections, at, limits["days"]), _owners(connections, at)
    )


def _lists(connections: list[Connection], at: datetime) -> Iterator[Failing]:
    """One of each kind of list: of those below projects and groups, the one longest unread."""
    read = ReadLists(connections)
    for connection in connections:
        for kind in read.kinds_of(connection):
            is_below = read.is_below(kind)
            one = read.known(connection, kind)
            if not one.lists:
                continue
            read_at, began_at = _read_at(one, connection.connected_at or connection.created_at)
            inputs = (
                Input("List", read.name(kind), connection.name),
                Input("Read completely at", _text(read_at), connection.name, read_at),
                Input("Connected at", _text(began_at), "Tenure"),
                Input("Minutes between reads", connection.interval_minutes, "settings"),
                Input("Intervals allowed", INTERVALS, "Tenure"),
                *([Input(_HOURS, int(ROUND / timedelta(hours=1)), "Tenure")] if is_below else ()),
                *([Input("Refused because", one.reason, connection.name)] if one.locked else ()),
            )
            if verdict({one.name: one.value for one in inputs}, at):
                interval = timedelta(minutes=connection.interval_minutes)
                allowed = allowed_age(interval=interval, is_below=is_below)
                yield Failing(
                    subject=f"connection:{connection.ref}:{kind}",
                    since=(read_at or began_at) + allowed,
                    connection_id=connection.pk,
                    inputs=inputs,
                )


def _read_at(read: Lists, connected_at: datetime) -> tuple[datetime | None, datetime]:
    """When the longest unread was read, if ever, and since when it could have been."""
    began_at = max(connected_at, read.waiting or connected_at)
    is_read = read.whole == read.lists or (read.oldest is not None and read.oldest < began_at)
    return (read.oldest if is_read else None), began_at


def _keys(connections: list[Connection], at: datetime, days: int) -> Iterator[Failing]:
    # The sealed keys themselves are nobody's business here.
    keys = ConnectionKey.objects.filter(connection__in=connections).select_related("connection")
    told = _as_listed(connections)
    for key in keys.defer("wrapped_key", "ciphertext").order_by("id"):
        # What the list says of it is younger than what was found when it was stored.
        listed = told.get((key.connection_id, key.owner_id, key.hint), [])
        expires_at = listed[0] if len(listed) == 1 else key.expires_at
        if expires_at is None or expires_at >= at + timedelta(days=days):
            continue
        yield Failing(
            subject=f"connection:{key.connection.ref}:key:{key.purpose}",
            since=max(expires_at - timedelta(days=days), key.stored_at),
            connection_id=key.connection_id,
            inputs=(
                Input("Key", key.get_purpose_display(), "Tenure", key.stored_at),
                Input("Expires at", _text(expires_at), key.connection.name),
                Input("Days it must still have", days, "settings"),
            ),
        )


def _as_listed(
    connections: list[Connection],
) -> dict[tuple[int, str, str], list[datetime | None]]:
    """When the admin keys expire that are listed, by connection, owner and last characters."""
    listed = Credential.objects.filter(
        connection__in=connections, kind=Credential.Kind.ADMIN_KEY, ended_at=None
    )
    told = defaultdict(list)
    for connection, owner, hint, expires_at in listed.values_list(
        "connection", "principal_id", "hint", "expires_at"
    ):
        told[connection, owner, hint[-_SHOWN:]].append(expires_at)
    return told


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
        least = timedelta(hours=inputs.get(_HOURS, 0))
        allowed = max(inputs["Intervals allowed"] * interval, least)
        return read_at is None or at - read_at > allowed
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
        "The organization's own lists are younger than two intervals, those of its projects and "
        "groups than a day, our keys last for two weeks more, and the owner of the connection may "
        "hold access."
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
