"""How long a provider that does not answer well is borne with."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tenure.connectors.base import Place, ProviderError


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where a list on its way to its end stands, as far as trying again is concerned."""

    family: str
    parent: tuple[str, ...] = ()
    may_be_lacking: bool = False
    begun_at: Place
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long a read is tried again. Seconds, but for `attempts` and `limited`.

    One page is asked for `attempts` times, or `limited` times while the provider wants less of us.
    The pause doubles from `first` to `longest`, and to `refill` when the provider wants less but
    does not say for how long. A pause up to `sleep` is slept here, one up to `wait` is handed to
    the caller as a Wait, and a longer one ends the list. An answer may be silent for `silence` and
    take `answer` as a whole.
    """

    attempts: int = 5
    limited: int = 8
    first: float = 0.5
    longest: float = 8.0
    refill: float = 60.0
    sleep: float = 0.5
    wait: float = 900.0
    silence: float = 30.0
    answer: float = 60.0

    def pause(self, error: ProviderError, attempt: int) -> float | None:
        """Seconds before the next attempt; None when there shall be none."""
        is_limited = error.kind == "rate_limited"
        if not error.may_pass or attempt >= (self.limited if is_limited else self.attempts):
            return None
        asked = error.retry_after or 0.0
        if asked > self.wait:
            return None
        first, longest = self.first, self.longest
        if is_limited and error.retry_after is None:
            # A spent budget has been seen to refill within a minute.
            first, longest = self.refill / 8, self.refill
        doubled = min(longest, first * 2.0 ** (attempt - 1))
        return max(asked, doubled * random.uniform(0.75, 1.0))  # noqa: S311 - jitter, no secret
