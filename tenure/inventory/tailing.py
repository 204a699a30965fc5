"""Following a provider's log: what is new first, then what was not read before.

Each reading begins a while before where the last one ended, because events may be listed late and
out of order; what comes twice is kept once. The log is told newest first. So when a reading breaks
off, what it has is whole down to the oldest event it saw, and the rest is written down as a gap, to
be filled when there are requests for it. A gap is told as long as it is there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import convert, to_builtins

from tenure.audit import operations as audit
from tenure.connections import budget
from tenure.connections import queries as connection_queries
from tenure.connections.budget import LeasedPacer
from tenure.connections.connecting import open_connector
from tenure.connections.models import Connection
from tenure.connectors import base
from tenure.connectors.facts import EventFact
from tenure.inventory import event_rules
from tenure.inventory.explaining import explain_what_is_new
from tenure.inventory.log_reading import Reading
from tenure.inventory.merge.events import keep_events
from tenure.inventory.models import LogGap, ProviderEvent, ProviderLog
from tenure.inventory.observing import observe_events
from tenure.inventory.touching import read_touched_lists
from tenure.jobs import fenced, others_wait, progressed
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import DomainError

FAMILY = "audit_logs"
# Events have been seen to be listed minutes after they happened.
OVERLAP = timedelta(minutes=10)
# Of a log that is read for the first time.
FIRST = timedelta(days=30)
# While a gap is being filled, what is new is asked for about as often as ever.
AGAIN = timedelta(seconds=40)
_BLOCK = 10
_NO_LIMIT = 1_000_000
_TURN_S = 1.0
# What a reading writes; what is to be explained is another's.
_READ = ("state", "state_changed_at", "reason", "asked_at", "read_from", "read_until", "unreadable")
_READ_OF_MEMBERS = ("members_from", "members_until", "unreadable")
State = ProviderLog.State


def follow_log(*, connection_ref: UUID | str, actor: Actor) -> float | None:
    """Read what is new in the log of a connection, and hold its history against it.

    Seconds until it is worth going on; None when all is read. Nothing happens while the connection
    is not to be read: its sync says why.
    """
    connection = connection_queries.connection_by_ref(
        connection_ref, actor=actor, permission="accounts.sync"
    )
    log, _ = ProviderLog.objects.get_or_create(connection=connection)
    tail = _Tail(connection, log, actor)
    try:
        wait = tail.follow()
    except DomainError:
        return None
    explain_what_is_new(log, new_from=tail.new_from)
    read_touched_lists(log, actor=actor)
    return wait


@dataclass
class _Tail:
    """One process's work on one log.

    `new_from` is since when more is known than before: the oldest new event, or the beginning of a
    gap that was filled; None when nothing is new.
    """

    connection: Connection
    log: ProviderLog
    actor: Actor
    new_from: datetime | None = None
    _pacer: LeasedPacer = field(default_factory=LeasedPacer)
    _began: float = field(default_factory=time.monotonic)

    def follow(self) -> float | None:
        """Read what is new, then the gaps."""
        try:
            with closing(open_connector(self.connection, pacer=self._pacer)) as connector:
                reading = self._newest(connector) if self._is_time_for_news() else None
                if reading is not None and self.log.state == State.ON:
                    self._of_members(connector)
                # What cannot be read now is asked for again by the next job.
                while reading is None or reading.is_whole:
                    gap = self.log.gaps.order_by("-until").first()
                    if gap is None:
                        return None
                    reading = self._fill(connector, gap)
                return reading.wait
        finally:
            self._give_back()

    def _is_time_for_news(self) -> bool:
        asked_at = self.log.asked_at
        return asked_at is None or now() - asked_at >= AGAIN or not self.log.gaps.exists()

    def _newest(self, connector: base.Connector) -> Reading:
        log, at = self.log, now()
        since = log.read_until - OVERLAP if log.read_until else at - FIRST
        reading = Reading(since, None)
        self._read(connector, reading)
        if reading.end is None and not reading.pages:
            return reading
        with fenced():
            self._judge(reading, at=at)
            if reading.pages and log.state == State.ON:
                self._advance(reading, at=at)
            log.asked_at = at
            log.unreadable += reading.unreadable
            log.save(update_fields=_READ)
        return reading

    def _advance(self, reading: Reading, *, at: datetime) -> None:
        """How far it is read now, and what of it is left."""
        log = self.log
        if log.read_from is None:
            log.read_from = reading.oldest or at
        log.read_until = at
        if not reading.is_whole:
            # Out of order, nobody knows what is missing: it may be anything. And the log counts in
            # whole seconds: what happened in the first one may lie before `since`.
            until = reading.rest or at
            since, place = min(reading.since, until), to_builtins(reading.place)
            LogGap.objects.create(log=log, since=since, until=until, place=place)

    def _of_members(self, connector: base.Connector) -> None:
        """What is new of who came into groups and left them. Little happens there, so a reading
        that broke off leaves no gap behind: what is before it is not known, and explains nothing.
        """
        log, at, known = self.log, now(), self.log.members_until
        reading = Reading(known - OVERLAP if known else at - FIRST, None, of_members=True)
        self._read(connector, reading)
        if not reading.is_in_order or not (reading.is_whole or reading.pages):
            return
        with fenced():
            if not reading.is_whole:
                log.members_from = reading.oldest or at
            elif log.members_from is None:
                # It is switched on with the other one.
                log.members_from = max(reading.since, log.read_from or at)
            if known is None or at - known > OVERLAP:
                self._learned(reading.since)
            log.members_until = at
            log.unreadable += reading.unreadable
            log.save(update_fields=_READ_OF_MEMBERS)

    def _fill(self, connector: base.Connector, gap: LogGap) -> Reading:
        """Read one gap, or a part of it."""
        log, reading = self.log, Reading(gap.since, gap.until)
        reading.place = convert(gap.place, base.Place)
        self._read(connector, reading)
        with fenced():
            if log.read_from and reading.oldest:
                log.read_from = min(log.read_from, reading.oldest)
                log.save(update_fields=["read_from"])
            if reading.is_whole:
                self._learned(gap.since)
                gap.delete()
            else:
                is_forgotten = reading.end is not None and reading.end.kind == "stale_cursor"
                gap.place = {} if is_forgotten else to_builtins(reading.place)
                gap.until = max(gap.since, min(gap.until, reading.rest or gap.until))
                gap.save(update_fields=["until", "place"])
            if reading.pages:
                progressed()
        return reading

    def _judge(self, reading: Reading, *, at: datetime) -> None:
        """What the end of a reading says of the log; a change is told."""
        log, end = self.log, reading.end
        ever = reading.oldest is not None or self._knows_events()
        kind = end.kind if end else "unreadable"
        state = event_rules.state_of_log(was=log.state, kind=kind, pages=reading.pages, ever=ever)
        log.reason = end.reason[:500] if end and not reading.is_whole else ""
        if state == log.state:
            return
        before, log.state, log.state_changed_at = log.state, State(state), at
        audit.record(
            "provider_log.changed",
            actor=self.actor,
            subject=self.connection,
            connection=self.connection,
            before=before,
            after=state,
        )

    def _knows_events(self) -> bool:
        return ProviderEvent.objects.filter(connection=self.connection).exists()

    # Asking

    def _read(self, connector: base.Connector, reading: Reading) -> None:
        """Pages are kept as they come. It stops where it would have to wait, or others wait."""
        events = connector.events(
            since=reading.since,
            until=reading.until,
            of_members=reading.of_members,
            resume=reading.place,
        )
        for event in self._paced(events, reading):
            if isinstance(event, base.Page):
                self._keep(reading.take(event))
                if time.monotonic() - self._began > _TURN_S and others_wait():
                    reading.wait = 0.0 if not event.is_last else None
                    if reading.wait is not None:
                        return
            elif isinstance(event, base.CollectionEnd):
                reading.end = event
                self._count(refused=event.kind == "rate_limited") if event.kind else None

    def _paced(
        self, events: Iterator[base.ReadEvent], reading: Reading
    ) -> Iterator[base.ReadEvent]:
        """What is told, with requests leased as they are needed."""
        if not self._lease(reading):
            return
        for event in events:
            if isinstance(event, base.Page):
                self._count()
            if not isinstance(event, base.Wait):
                yield event
            elif event.because != "budget":
                self._pause(event, reading)
                return
            elif not self._lease(reading):
                return

    def _lease(self, reading: Reading) -> bool:
        """Whether a request may be sent now; if not, the reading says when."""
        is_unlimited = self.connection.requests_per_minute is None
        wanted = _NO_LIMIT if is_unlimited else _BLOCK
        granted = budget.lease(self.connection, FAMILY, wanted)
        self._pacer.add(FAMILY, granted)
        if not granted.requests:
            reading.wait = granted.wait
        return granted.requests > 0

    def _pause(self, wait: base.Wait, reading: Reading) -> None:
        """A provider that wants less of us says until when; what fails may do so for long."""
        is_refusal = wait.because == "provider"
        self._count(refused=is_refusal)
        if is_refusal:
            reading.wait = budget.limited(self.connection, FAMILY, retry_after=wait.seconds)
            self._pacer.pause(FAMILY, reading.wait)
        else:
            reading.end = base.CollectionEnd(
                state="incomplete", reason=wait.reason, kind="provider_error"
            )

    def _count(self, *, refused: bool = False) -> None:
        budget.sent(self.connection, {FAMILY: (1, int(refused))})

    def _give_back(self) -> None:
        if self.connection.requests_per_minute is not None:
            for family, unused in self._pacer.returned().items():
                budget.give_back(self.connection, family, unused)

    def _keep(self, facts: list[EventFact]) -> None:
        if not facts:
            return
        at = now()
        with fenced():
            newest = ProviderEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            if keep_events(self.connection.pk, facts, at=at):
                mine = ProviderEvent.objects.filter(connection=self.connection)
                added = mine.filter(pk__gt=newest).order_by("at").values_list("at", flat=True)
                observe_events(self.connection, after=newest, at=at)
                self._learned(added[0])

    def _learned(self, since: datetime) -> None:
        self.new_from = min(self.new_from or since, since)
