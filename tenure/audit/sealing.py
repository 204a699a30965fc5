"""The sealer: gives every committed event its place in the hash chain, within seconds.

Sealing follows commit, so writers never queue for the chain's head. The worker calls `seal_once`
every second; any number of workers may.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import connection, transaction
from django.db.models import Count, Min

from tenure.audit import rules
from tenure.audit.models import AuditEvent, AuditSeal, UnsealedEvent
from tenure.lib import clock

PATIENCE = timedelta(seconds=60)
BATCH = 500

_LOCK = 0x7365616C  # "seal": any number that no other advisory lock of ours uses
_log = structlog.get_logger("tenure.audit")


class Head(NamedTuple):
    """The end of the chain, written `SEQ:HASH`. An empty chain ends at 0."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def head() -> Head:
    """The last seal."""
    last = AuditSeal.objects.order_by("-seq").values_list("seq", "hash").first()
    return Head(*last) if last else Head(0, rules.GENESIS)


def seal_once() -> int:
    """Seal what is committed and unsealed; how many. Writes nothing when there is nothing."""
    sealed = 0
    while UnsealedEvent.objects.exists():
        in_batch = _seal_batch()
        sealed += in_batch
        if in_batch < BATCH:
            break
    anchor_daily()
    return sealed


class Waiting(NamedTuple):
    """What waits for its seal; `since` only when the oldest has waited over a minute."""

    events: int
    since: datetime | None


def waiting() -> Waiting:
    """How many events wait, and whether that is long."""
    found = UnsealedEvent.objects.aggregate(count=Count("pk"), oldest=Min("event__at"))
    oldest = found["oldest"]
    return Waiting(found["count"], oldest if oldest and oldest < clock.now() - PATIENCE else None)


def unsealed_since() -> datetime | None:
    """Since when an event has waited for its seal, if that is over a minute; else None."""
    return waiting().since


def anchor_daily() -> None:
    """Write the head to the log, once a day and process: a copy that the database cannot change."""
    today = clock.now().date()
    if _anchored.get("on") != today:
        _anchored["on"] = today
        end = head()
        _log.info("audit head", seq=end.seq, head=str(end))


def document(
    event: AuditEvent, *, seq: int | None, sealed_at: datetime | None
) -> dict[str, object]:
    """What a seal covers: every column of the event that means something, its place and time."""
    return {
        "actor_id": event.actor_id,
        "actor_kind": event.actor_kind,
        "at": rules.instant(event.at),
        "connection_ref": event.connection_ref,
        "detail": event.detail,
        "digests": event.digests,
        "person_id": event.person_id,
        "ref": str(event.ref),
        "sealed_at": rules.instant(sealed_at),
        "seq": seq,
        "subject_kind": event.subject_kind,
        "subject_ref": event.subject_ref,
        "verb": event.verb,
    }


_anchored: dict[str, date] = {}


@transaction.atomic
def _seal_batch() -> int:
    if not _alone():
        return 0
    unsealed = list(UnsealedEvent.objects.select_related("event").order_by("event_id")[:BATCH])
    moment = clock.now()
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    end, seals = head(), []
    for waiter in unsealed:
        covered = document(waiter.event, seq=end.seq + 1, sealed_at=moment)
        seal = AuditSeal(
            seq=end.seq + 1,
            event=waiter.event,
            prev=end.hash,
            hash=rules.chain(end.hash, covered),
            sealed_at=moment,
        )
        seals.append(seal)
        end = Head(seal.seq, seal.hash)
    AuditSeal.objects.bulk_create(seals)
    UnsealedEvent.objects.filter(pk__in=[waiter.pk for waiter in unsealed]).delete()
    return len(seals)


def _alone() -> bool:
    """True for one transaction at a time. SQLite has only one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
