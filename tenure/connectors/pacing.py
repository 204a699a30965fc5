"""A request budget kept in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tenure.lib.ratebudget import Budget, take


class PerMinute:
    """So many requests per minute in all, whatever the family. Safe for threads."""

    def __init__(
        self, rpm: float, *, burst: int = 5, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._budget = Budget(rpm, burst)
        self._clock = clock
        self._due = 0.0
        self._lock = threading.Lock()

    def acquire(self, family: str) -> float:  # noqa: ARG002 - one budget for all families
        with self._lock:
            due, wait = take(self._budget, self._due, self._clock())
            if not wait:
                self._due = due
        return wait
