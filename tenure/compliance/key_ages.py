"""Keys that are too old, and keys that nobody uses: the same questions for every kind of key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Coalesce

from tenure.compliance.definition import Coverage, Failing, Input, Limits, Threshold
from tenure.compliance.keys import failing_key, is_usable, judged_keys, key_coverage
from tenure.compliance.standing import day, moment
from tenure.inventory.models import Credential
from tenure.lib.text import quantity

_ROTATED, _USED = "Days a key may last", "Days a key may rest"
Asked = Callable[[datetime, Limits], Iterator[Failing]]


def rotated_within(days: int) -> Threshold:
    return Threshold("days", _ROTATED, usual=days, least=1, most=730)


def used_within(days: int) -> Threshold:
    return Threshold("days", _USED, usual=days, least=1, most=730)


def too_old(kind: Credential.Kind) -> Asked:
    """Keys that were made longer ago than allowed; where nobody says when, seen first."""

    def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
        allowed = timedelta(days=limits["days"])
        keys = judged_keys(kind, at).annotate(made_at=Coalesce("created_at", "began_at"))
        for key in keys.filter(made_at__lte=at - allowed).iterator(chunk_size=2000):
            yield failing_key(
                key,
                Input(_ROTATED, limits["days"], "settings"),
                since=key.made_at + allowed,
                is_at_the_latest=key.created_at is None,
            )

    return failing


def unused(kind: Credential.Kind) -> Asked:
    """Keys without a known use for longer than allowed.

    The provider tells the last use of each key, and nothing of one that it knows no use of: such a
    key is measured from when it was made.
    """

    def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
        allowed = timedelta(days=limits["days"])
        keys = judged_keys(kind, at).annotate(
            idle_since=Coalesce("last_used_at", "created_at", "began_at")
        )
        for key in keys.filter(idle_since__lte=at - allowed).iterator(chunk_size=2000):
            used_at = key.last_used_at.isoformat() if key.last_used_at else None
            yield failing_key(
                key,
                Input("Last used at", used_at, key.connection.name),
                Input(_USED, limits["days"], "settings"),
                since=key.idle_since + allowed,
                is_at_the_latest=key.last_used_at is None and key.created_at is None,
            )

    return failing


def coverage_of(kind: Credential.Kind) -> Callable[[datetime, Limits], Coverage]:
    return lambda at, _limits: key_coverage(kind, at)


def is_too_old(inputs: Mapping[str, Any], at: datetime) -> bool:
    return is_usable(inputs, at) and _reached(_made(inputs), inputs[_ROTATED], at)


def is_unused(inputs: Mapping[str, Any], at: datetime) -> bool:
    since = inputs["Last used at"] or _made(inputs)
    return is_usable(inputs, at) and _reached(since, inputs[_USED], at)


def said_of_old(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    enough = quantity(inputs[_ROTATED], "day")
    verb = "was made on" if inputs["Made at"] else "has been there at least since"
    return f"The key {who} {verb} {day(_made(inputs))}; a key may last {enough}."


def said_of_unused(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    enough = quantity(inputs[_USED], "day")
    if used_at := inputs["Last used at"]:
        return f"The key {who} was last used on {day(used_at)}; {enough} without use are enough."
    made = day(_made(inputs))
    verb = "was made on" if inputs["Made at"] else "was first seen on"
    return (
        f"The key {who} {verb} {made} and no use of it is known; {enough} without use are enough."
    )


def _made(inputs: Mapping[str, Any]) -> str:
    return str(inputs["Made at"] or inputs["There since"])


def _reached(since: str, days: int, at: datetime) -> bool:
    begun = moment(since)
    return begun is not None and at - begun >= timedelta(days=days)
