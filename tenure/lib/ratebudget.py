"""The arithmetic of a request budget. No clock and no state of its own.

One number is the whole state: `due`, the instant at which the budget would be full again if nothing
more were taken (the generic cell rate algorithm). It fits one column, and taking is one conditional
update.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """So many requests per minute, of which `burst` may come at once."""

    per_minute: float
    burst: int = 1

    def __post_init__(self) -> None:
        if self.per_minute <= 0 or self.burst < 1:
            raise ValueError("a budget allows at least something")

    @property
    def interval(self) -> float:
        """Seconds that one request uses up."""
        return 60 / self.per_minute


def take(budget: Budget, due: float, now: float, requests: int = 1) -> tuple[float, float]:
    """The new `due`, and the seconds to wait before sending. Instants are in seconds.

    At most burst + elapsed / interval requests are let through in any stretch of time, and whoever
    asks first goes first.
    """
    start = max(due, now)
    new_due = start + requests * budget.interval
    wait = new_due - budget.burst * budget.interval - now
    return new_due, max(0.0, wait)
