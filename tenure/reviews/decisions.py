"""What reviewers decided, added up: for their submission, and for how they went about it. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from tenure.lib.clock import rfc3339

# The columns of an item that a submission seals, in this order.
DECIDED = ("key", "decision", "to_role", "reason", "decided_at", "decided_by")
Decided = tuple[str, str, str, str, datetime | None, str]
# Whoever is silent for longer is not at it.
LONGEST_PAUSE = timedelta(minutes=5)
_encode = msgspec.json.Encoder().encode


def fingerprint(decided: Iterable[Decided]) -> str:
    """SHA-256 over the decisions, one line each, in the order of the bytes of their keys."""
    digest = hashlib.sha256()
    for key, decision, to_role, reason, at, by in sorted(decided, key=lambda one: one[0].encode()):
        digest.update(_encode([key, decision, to_role, reason, rfc3339(at) if at else None, by]))
        digest.update(b"\n")
    return digest.hexdigest()


def counts_of(decisions: Iterable[str]) -> dict[str, int]:
    """How many of each decision; those of which there are none too."""
    found = Counter(decisions)
    return {name: found[name] for name in ("keep", "remove", "change")}


def seconds_of(decided_at: Iterable[datetime | None]) -> int:
    """How long somebody was at it: the time between decisions, without longer pauses.

    Decisions of one instant were made together and took no time between them.
    """
    instants = sorted({at for at in decided_at if at is not None})
    gaps = (later - earlier for earlier, later in pairwise(instants))
    spent = sum((gap for gap in gaps if gap <= LONGEST_PAUSE), timedelta())
    return round(spent.total_seconds())
