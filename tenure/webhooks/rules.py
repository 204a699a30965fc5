"""What is signed, how often it is tried, and when an endpoint is given up. Pure.

The signature is that of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.

an attempt              age of the delivery         -> the delivery        the endpoint
answered 2xx            any                            delivered              on
answered 410            any                            given up               off at once
anything else           next try within two days       waits, longer each     failing
anything else           else                           given up, owner told   failing
anything else           failing for five days          given up, owner told   off
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from tenure.lib.errors import Invalid

SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with
SECRET_BYTES = 32
LONGEST = timedelta(days=2)
OFF_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)
# What happens to more things at once than this is told as one event that says how many.
MOST_AT_ONCE = 10_000
GONE = 410
# Seconds until the next attempt; together two days.
_WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 59_095)


def signature(secret: str, *, ref: str, at: int, body: bytes) -> str:
    """The header `webhook-signature` of a message; `at` in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.new(key, f"{ref}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def secret_of(random: bytes) -> str:
    return SECRET_PREFIX + base64.b64encode(random).decode()


def next_attempt(attempts: int, *, since: datetime, at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when two days are over."""
    wait = _WAITS[min(attempts, len(_WAITS)) - 1]
    due_at = at + timedelta(seconds=wait)
    return due_at if attempts <= len(_WAITS) and due_at <= since + LONGEST else None


def is_wanted(event_type: str, types: Iterable[str]) -> bool:
    family = f"{event_type.partition('.')[0]}.*"
    return any(one in (event_type, family, "*") for one in types)


def check_types(types: Iterable[str], *, known: Iterable[str]) -> list[str]:
    """The types without repetition, or Invalid."""
    chosen, offered = list(dict.fromkeys(types)), set(known)
    offered |= {f"{one.partition('.')[0]}.*" for one in offered} | {"*"}
    if not chosen:
        raise Invalid("Choose at least one type of event.", field="types")
    if wrong := [one for one in chosen if one not in offered]:
        raise Invalid(
            f"There is no type {wrong[0][:60]}; choose a family such as operation.*, or one of "
            "those in the documentation.",
            field="types",
        )
    return chosen


def check_name(name: str, *, taken: Iterable[str]) -> str:
    name = name.strip()
    if not name or len(name) > 80:  # noqa: PLR2004 - the column
        raise Invalid("Name the endpoint after its program, in 80 characters.", field="name")
    if name.casefold() in {one.casefold() for one in taken}:
        raise Invalid(f"There is an endpoint {name} already; choose another name.", field="name")
    return name


def check_length(url: str) -> str:
    if len(url) > 500:  # noqa: PLR2004 - the column
        raise Invalid("Write an address of 500 characters at most.", field="url")
    return url
