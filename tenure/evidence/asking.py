"""From what somebody gives to what a kind is asked, and to whom it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from tenure.evidence import rules
from tenure.evidence.kinds import Asked, EvidenceKind, Takes, kind_named
from tenure.evidence.models import EvidenceBuild
from tenure.lib.actor import Actor
from tenure.lib.clock import now, rfc3339
from tenure.lib.errors import Invalid
from tenure.lib.when import instant_of
from tenure.users.rules import ALL_PERMISSIONS


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody gives: a kind, and the day, the window or the ref it is asked by."""

    kind: str
    on: str = ""
    first: date | None = None
    last: date | None = None
    ref: str = ""
    test: str = ""


def asked_of(given: Given) -> Asked:
    """What is asked, with its instants; refused in words where it makes no sense."""
    kind, at, zone = kind_named(given.kind), now(), ZoneInfo(settings.TENURE_TIME_ZONE)
    if given.test and not kind.takes_test:
        raise Invalid(f"{kind.label} is not narrowed to a test; leave it out.", field="test")
    if kind.takes == Takes.DAY:
        if not given.on:
            raise Invalid("Give the day.", field="on")
        instant = instant_of(given.on, zone=zone, now=at)
        if instant > at:
            raise Invalid("Choose a day that has begun; nobody knows the others.", field="on")
        return Asked(kind=kind.name, ends_at=instant, on=instant.astimezone(zone).date())
    if kind.takes == Takes.REF:
        if not given.ref:
            raise Invalid(f"Give the ref of {kind.of}.", field="ref")
        return Asked(kind=kind.name, ends_at=at, ref=given.ref.strip())
    begins, ends = rules.window_of(given.first, given.last, zone=zone, now=at)
    return Asked(
        kind=kind.name,
        begins_at=begins,
        ends_at=ends,
        first=given.first,
        last=given.last,
        test=given.test,
    )


def said_of(asked: Asked) -> dict[str, str]:
    """The same as a manifest tells it: days as they were given, and their instants."""
    if asked.ref:
        return {"ref": asked.ref}
    if asked.begins_at is None:
        return {"on": str(asked.on), "at": rfc3339(asked.ends_at)}
    said = {
        "from": str(asked.first),
        "to": str(asked.last),
        "begins_at": rfc3339(asked.begins_at),
        "ends_at": rfc3339(asked.ends_at),
    }
    return said | ({"test": asked.test} if asked.test else {})


def asked_again(build: EvidenceBuild) -> Asked:
    """What a build was asked, as it was kept."""
    said: Mapping[str, Any] = build.asked

    def a_day(name: str) -> date | None:
        return date.fromisoformat(said[name]) if said.get(name) else None

    return Asked(
        kind=build.kind,
        begins_at=build.begins_at,
        ends_at=build.ends_at,
        ref=said.get("ref", ""),
        test=said.get("test", ""),
        on=a_day("on"),
        first=a_day("from"),
        last=a_day("to"),
    )


def reader(
    *, kind: EvidenceKind, held: list[str] | None, window: tuple[datetime, datetime] | None
) -> Actor:
    """Who reads what a bundle proves: everything in the scope of whoever asked, and nothing else.

    Bundles are how those are told who may not look for themselves. What is asked by a ref is found
    only where an auditor's window has it; of days, it was checked that the window has them.
    """
    everything = Actor("system", "evidence", "Evidence", permissions=ALL_PERMISSIONS)
    if held is not None:
        scoped = dict.fromkeys(held, ALL_PERMISSIONS)
        everything = replace(everything, permissions=frozenset(), scoped=scoped)
    return replace(everything, window=window) if kind.takes == Takes.REF else everything
