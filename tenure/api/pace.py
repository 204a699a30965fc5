"""How often a token may ask: so many requests in each minute, however many processes answer.

A process takes a tenth of a minute's requests for itself by one conditional update, and counts
those in memory. So a token never gets more than its limit, and a busy one costs ten small writes a
minute. Counting in memory alone would give it the limit once for each process; counting in the
database alone would make every read wait for whoever writes. What a process has taken and does not
need is lost to the others until the minute ends: with many processes a token may be told to wait
somewhat early, never late.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Case, F, Q, Value, When

from tenure.api.problems import SlowDown
from tenure.lib.clock import now
from tenure.users.models import ApiToken

_PARTS = 10
_MINUTE = timedelta(minutes=1)


class _Taken:
    """What this process may still answer in this minute, by token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute: datetime | None = None
        self._left: dict[Hashable, int] = {}

    def use(self, token: Hashable, minute: datetime) -> bool:
        """Count one request; False when there is nothing left."""
        with self._lock:
            if minute != self._minute:
                self._minute, self._left = minute, {}
            left = self._left.get(token, 0)
            self._left[token] = max(left - 1, 0)
            return left > 0

    def add(self, token: Hashable, minute: datetime, requests: int) -> None:
        with self._lock:
            if minute == self._minute:
                self._left[token] = self._left.get(token, 0) + requests


_taken = _Taken()


def count_request(token: ApiToken) -> None:
    """Count a request of this token and remember that it is used; SlowDown when it is too many."""
    instant = now()
    minute = instant.replace(second=0, microsecond=0)
    if _taken.use(token.ref, minute):
        return
    limit: int = settings.TENURE_API_REQUESTS_PER_MINUTE
    part = max(limit // _PARTS, 1)
    may_take = ~Q(minute=minute) | Q(minute=None) | Q(leased__lte=limit - part)
    took = ApiToken.objects.filter(may_take, pk=token.pk).update(
        leased=Case(When(minute=minute, then=F("leased") + part), default=Value(part)),
        minute=minute,
        last_used_at=instant,
    )
    if not took:
        wait = ceil((minute + _MINUTE - instant).total_seconds())
        raise SlowDown(
            f"This token may ask {limit:,} times a minute; wait {wait} s and go on.", wait=wait
        )
    _taken.add(token.ref, minute, part - 1)
