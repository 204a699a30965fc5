"""How often a user's tokens may ask, all together: so many requests in each minute, however many
tokens ask and processes answer. A limit for each token would be none, since anybody makes tokens.

A process takes a tenth of a minute's requests for itself by one conditional update, and counts
those in memory. So nobody gets more than the limit, and a busy user costs ten small writes a
minute. Counting in memory alone would give it the limit once for each process; counting in the
database alone would make every read wait for whoever writes. What a process has taken and does not
need is lost to the others until the minute ends: with many processes a user may be told to wait
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
from tenure.users.models import ApiToken, User

_PARTS = 10
_MINUTE = timedelta(minutes=1)


class _Taken:
    """What this process may still answer in this minute, by user, and which tokens it has noted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute: datetime | None = None
        self._left: dict[Hashable, int] = {}
        self._noted: set[Hashable] = set()

    def use(self, user: Hashable, minute: datetime) -> bool:
        """Count one request; False when there is nothing left."""
        with self._lock:
            if minute != self._minute:
                self._minute, self._left, self._noted = minute, {}, set()
            left = self._left.get(user, 0)
            self._left[user] = max(left - 1, 0)
            return left > 0

    def add(self, user: Hashable, minute: datetime, requests: int) -> None:
        with self._lock:
            if minute == self._minute:
                self._left[user] = self._left.get(user, 0) + requests

    def is_first(self, token: Hashable) -> bool:
        """Whether a token is used for the first time in this minute."""
        with self._lock:
            is_first = token not in self._noted
            self._noted.add(token)
            return is_first


_taken = _Taken()


def count_request(token: ApiToken) -> None:
    """Count a request of this token and remember that it is used; SlowDown when it is too many."""
    instant = now()
    minute = instant.replace(second=0, microsecond=0)
    if not _taken.use(token.user_id, minute):
        _take(token.user_id, instant, minute)
    if _taken.is_first(token.ref):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=instant)


def _take(user_id: int, instant: datetime, minute: datetime) -> None:
    """Take a part of the minute for this process, one request of it for now."""
    limit: int = settings.TENURE_API_REQUESTS_PER_MINUTE
    part = max(limit // _PARTS, 1)
    may_take = ~Q(minute=minute) | Q(minute=None) | Q(leased__lte=limit - part)
    took = User.objects.filter(may_take, pk=user_id).update(
        leased=Case(When(minute=minute, then=F("leased") + part), default=Value(part)),
        minute=minute,
    )
    if not took:
        wait = ceil((minute + _MINUTE - instant).total_seconds())
        raise SlowDown(
            f"The tokens of a user may ask {limit:,} times a minute together; wait {wait} s and go "
            "on.",
            wait=wait,
        )
    _taken.add(user_id, minute, part - 1)
