"""Starting children, reviving the dead ones, ending them all."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from tenure.supervisor.kinship import as_child_of_mine

_STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_GRACE = 10.0  # seconds between asking children to stop and killing them
_PATIENCE = 240.0  # seconds to become ready at first
_SETTLED = 30.0  # a child that lived this long starts its back-off afresh
_LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        # Its standard output joins our standard error: ours is one document for whoever reads it.
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            self.command, env=as_child_of_mine(), stdin=subprocess.DEVNULL, stdout=sys.stderr
        )
        self.started_at = time.monotonic()

    def note_death(self) -> None:
        """Plan the next start: at once-ish after a first death, later after each in a row."""
        instant = time.monotonic()
        self.deaths = 1 if instant - self.started_at > _SETTLED else self.deaths + 1
        self.process = None
        self.start_at = instant + min(0.25 * 2.0**self.deaths, _LONGEST_PAUSE)


@dataclass
class Supervisor:
    """Runs children until a signal says stop. `is_ready` is asked until it first says yes."""

    children: Sequence[Child]
    is_ready: Callable[[], bool]
    on_ready: Callable[[], None]
    _asked: int = field(default=0, init=False)

    def run(self) -> int:
        """The exit code: 0 after a signal, 1 when the children did not come up."""
        ready, begun = False, time.monotonic()
        hearing, telling = socket.socketpair()
        telling.setblocking(False)
        signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
        for number in _STOP:
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            while not self._asked:
                self._revive()
                if not ready and self.is_ready():
                    ready = True
                    self.on_ready()
                if not ready and time.monotonic() - begun > _PATIENCE:
                    return 1
                self._sleep(hearing, ready=ready)
            return 0
        finally:
            self._end_all()
            signal.set_wakeup_fd(-1)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def _revive(self) -> None:
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                sys.stderr.write(f"tenure: the {child.name} process ended ({code}); restarting\n")
                child.note_death()
            if child.process is None and child.start_at <= time.monotonic():
                child.start()

    def _sleep(self, hearing: socket.socket, *, ready: bool) -> None:
        """Until a signal, the next start, or the next question whether we are ready."""
        waiting = [child.start_at for child in self.children if child.process is None]
        until = min(waiting, default=float("inf")) - time.monotonic()
        timeout = min(until, 60.0 if ready else 0.05)
        if select.select([hearing], [], [], max(0.0, timeout))[0]:
            hearing.recv(4096)

    def _end_all(self) -> None:
        """Ask, wait, then kill; a second signal from outside cuts the waiting short."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        asked, deadline = self._asked, time.monotonic() + _GRACE - 1
        while any(process.poll() is None for process in running):
            if time.monotonic() > deadline or self._asked > max(asked, 1):
                for process in running:
                    process.kill()
                break
            time.sleep(0.05)
        for process in running:
            process.wait()
