"""Is the audit log what was written? Recomputes the chain, in constant memory.

Reads the seals in order, each with its event and the event's texts, and stops at the first that
does not follow. What a chain cannot tell by itself, that its newest part is gone altogether, an
earlier head can: one from a bundle, the daily log line or this command yesterday.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from tenure.audit import rules
from tenure.audit.models import AuditEvent, AuditSeal, AuditText, UnsealedEvent
from tenure.audit.sealing import PATIENCE, Head, document
from tenure.lib import clock
from tenure.lib.errors import Invalid

CHUNK = 1000
Row = TypeVar("Row", bound=Model)

_HEAD = re.compile(r"(?:(?P<seq>\d{1,18}):)?(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first_bad_seq` names the first place in the chain that is not as it was written."""

    ok: bool
    sealed: int
    unsealed: int
    head: str
    first_bad_seq: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    """A place in the chain; seal or event is None when it is gone or cannot be read."""

    seq: int
    seal: AuditSeal | None
    event: AuditEvent | None
    texts: list[AuditText]


def verify_chain(head: str | None = None) -> Verdict:
    """Recompute everything. `head` (`SEQ:HASH` or `HASH`) must be a part of the chain."""
    known = _parse(head)
    end = Head(0, rules.GENESIS)
    known_was_met = known is None or end in {known, (0, known[1])}
    for link in _links():
        if fault := next(_faults(link, end), None):
            return _verdict(end, bad=min(link.seq, end.seq + 1), reason=fault)
        end = Head(link.seq, link.seal.hash if link.seal else "")
        if known and known[0] == end.seq and known[1] != end.hash:
            return _verdict(end, bad=end.seq, reason=f"Seal {end.seq} is not the one you know.")
        known_was_met = known_was_met or (known is not None and known[1] == end.hash)
    if not known_was_met:
        reason = f"The chain ends at {end.seq} without the head you know."
        return _verdict(end, bad=end.seq + 1, reason=reason)
    if late := _late():
        reason = f"{late} recorded over a minute ago and not sealed: is the worker running?"
        return _verdict(end, bad=end.seq + 1, reason=reason)
    return _verdict(end)


def _verdict(end: Head, *, bad: int | None = None, reason: str = "") -> Verdict:
    unsealed = UnsealedEvent.objects.count()
    return Verdict(bad is None, end.seq, unsealed, str(end), bad, reason)


def _faults(link: _Link, end: Head) -> Iterator[str]:
    """What is wrong with the link that should follow `end`; the first one counts."""
    seal, event, place = link.seal, link.event, f"seal {link.seq}"
    if link.seq > end.seq + 1:
        yield f"Seal {end.seq + 1} is missing."
    if link.seq <= end.seq:
        yield f"Seal {link.seq} was added."
    if seal is None or seal.prev != end.hash:
        yield f"Seal {link.seq} does not follow the one before it."
    elif event is None:
        yield f"The event of {place} is gone or unreadable."
    elif seal.hash != rules.chain(
        end.hash, document(event, seq=seal.seq, sealed_at=seal.sealed_at)
    ):
        yield f"The event of {place}, or the seal, was changed."
    elif sorted(event.digests) != sorted(row.field for row in link.texts):
        yield f"A text of the event of {place} was removed or added."
    elif not all(
        row.text is None or event.digests[row.field] == rules.digest(row.salt or "", row.text)
        for row in link.texts
    ):
        yield f"A text of the event of {place} was changed."


def _links() -> Iterator[_Link]:
    seqs: list[int] = []
    while True:
        after = {"seq__gt": seqs[-1]} if seqs else {}
        found = AuditSeal.objects.filter(**after).order_by("seq").values_list("seq", flat=True)
        if not (seqs := list(found[:CHUNK])):
            return
        seals = {seal.seq: seal for seal in _readable(AuditSeal.objects.all(), "seq", seqs)}
        events = {
            event.pk: event for event in _readable(AuditEvent.objects.all(), "seal__seq", seqs)
        }
        texts = defaultdict(list)
        for row in _readable(AuditText.objects.all(), "event__seal__seq", seqs):
            texts[row.event_id].append(row)
        for seq in seqs:
            seal = seals.get(seq)
            event = events.get(seal.event_id) if seal else None
            yield _Link(seq, seal, event, texts[event.pk] if event else [])


def _readable(rows: QuerySet[Row], place: str, seqs: list[int]) -> list[Row]:
    """The rows of these seals, without those that hold what no field of ours can."""
    try:
        return list(rows.filter(**{f"{place}__gte": seqs[0], f"{place}__lte": seqs[-1]}))
    except (ValueError, TypeError, AttributeError):
        if len(seqs) == 1:
            return []
        return [row for seq in seqs for row in _readable(rows, place, [seq])]


def _late() -> int:
    """Events without a seal that should long have one, also those hidden from the sealer."""
    return AuditEvent.objects.filter(seal=None, at__lt=clock.now() - PATIENCE).count()


def _parse(head: str | None) -> tuple[int | None, str] | None:
    if head is None:
        return None
    if not (parts := _HEAD.fullmatch(head.strip().lower())):
        raise Invalid(
            "Give --head as it was printed: SEQ:HASH, or the HASH of 64 digits.", field="head"
        )
    return (int(parts["seq"]) if parts["seq"] else None, parts["hash"])
