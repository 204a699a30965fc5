"""Several lists read at once: a thread for each asks the provider, one place takes the answers.

Nothing here touches the database. What a thread reads it puts into one queue that is not endless,
so that nobody runs far ahead of what is merged. A stream ends with its list, with a pause that the
provider or the budget wants, or when it is told to leave; it can be begun again at its place.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from tenure.connectors import base
from tenure.inventory.known import Known

# Requests in flight. A provider's lists are chains of pages; more chains than this help little.
MOST = 6
_PATIENCE_S = 0.2
# Pages that may wait while a merge is at work: a chain of pages that stands still costs time.
_AHEAD = 64


@dataclass(frozen=True, slots=True)
class Told:
    """What one stream has to tell: an event, and the rows its records were recognized as.

    No event: it has left, as it was told to.
    """

    key: str
    event: base.ReadEvent | Exception | None
    recognized: array[int]


@dataclass
class Streams:
    """The lists that are being read now."""

    connector: base.Connector
    _told: Queue[Told] = field(default_factory=lambda: Queue(maxsize=_AHEAD))
    _live: dict[str, threading.Event] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._live)

    def __contains__(self, key: str) -> bool:
        return key in self._live

    def begin(
        self,
        wanted: base.Collection,
        *,
        place: base.Place,
        known: Known,
        fingerprint: Callable[[bytes], int],
    ) -> None:
        """Start to read a list at its place."""
        leaving = self._live[wanted.key] = threading.Event()
        call = (wanted, place, known, fingerprint, leaving)
        threading.Thread(target=self._read, args=call, name="sync-read", daemon=True).start()

    def next(self, *, timeout: float) -> Told | None:
        """What is told next; None when nothing is, for so many seconds."""
        try:
            told = self._told.get(timeout=timeout) if timeout > 0 else self._told.get_nowait()
        except Empty:
            return None
        if not isinstance(told.event, base.Page):
            self._live.pop(told.key, None)
        return told

    def leave(self) -> None:
        """Begin no more requests. An answer that is on its way may still be told, or lost."""
        for leaving in self._live.values():
            leaving.set()

    def _read(
        self,
        wanted: base.Collection,
        place: base.Place,
        known: Known,
        fingerprint: Callable[[bytes], int],
        leaving: threading.Event,
    ) -> None:
        recognized = array("q")

        def recognizes(raw: bytes) -> bool:
            at = known.find(fingerprint(raw))
            if at is None:
                return False
            recognized.append(at)
            return True

        try:
            events = self.connector.read(wanted, resume=place, recognizes=recognizes)
            for event in events:
                self._tell(Told(wanted.key, event, recognized), leaving)
                recognized = array("q")
                if not isinstance(event, base.Page):
                    return
                if leaving.is_set():
                    break
            self._tell(Told(wanted.key, None, recognized), leaving)
        except Exception as error:  # noqa: BLE001 - told where it is handled
            self._tell(Told(wanted.key, error, recognized), leaving)

    def _tell(self, told: Told, leaving: threading.Event) -> None:
        """Wait for a place in the queue, unless nobody will make one."""
        while True:
            try:
                self._told.put(told, timeout=_PATIENCE_S)
            except Full:
                if leaving.is_set():
                    return
            else:
                return
