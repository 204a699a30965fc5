from __future__ import annotations

import time


class Clock:
    """Real time plus an offset that tests and the control endpoint move."""

    def __init__(self, *, starts_at: float | None = None) -> None:
        self.offset = 0.0 if starts_at is None else starts_at - time.time()

    def now(self) -> float:
        """Seconds since 1970, as this organization sees them."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the organization's time; negative goes back."""
        self.offset += seconds
