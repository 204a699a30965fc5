from __future__ import annotations

import math

from tenure.simulator.openai.call import Endpoint
from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.errors import ApiError

PROJECT_LEVEL_RPM = 10
GLOBAL_RPM = 60


class Bucket:
    """`rpm` requests at once, refilled evenly over a minute."""

    def __init__(self, rpm: int, *, now: float) -> None:
        self._rpm, self._tokens, self._at = rpm, float(rpm), now

    def wait(self, now: float) -> float:
        """Take a token and return 0, or the seconds until there is one."""
        refill = max(0.0, now - self._at) * self._rpm / 60
        self._tokens, self._at = min(float(self._rpm), self._tokens + refill), now
        if self._tokens < 1:
            return (1 - self._tokens) * 60 / self._rpm
        self._tokens -= 1
        return 0.0


class Rates:
    """A budget for the whole organization, and a smaller one per endpoint below a project.

    rpm          whole organization   each endpoint of a project
    "off"        unlimited            unlimited
    "observed"   60                   10
    N            N                    N / 6, at least 1
    """

    def __init__(self, rpm: str, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        total = {"off": 0, "observed": GLOBAL_RPM}.get(rpm)
        self._total = int(rpm) if total is None else total
        self._project_level = max(1, self._total * PROJECT_LEVEL_RPM // GLOBAL_RPM)

    def spend(self, endpoint: Endpoint) -> None:
        """Count a request, or refuse it as the provider does."""
        if not self._total:
            return
        now = self._clock.now()
        wait = self._bucket("", self._total, now).wait(now)
        if not wait and "{project_id}" in endpoint.path:
            name = f"{endpoint.method} {endpoint.path}"
            wait = self._bucket(name, self._project_level, now).wait(now)
        if wait:
            raise too_many_requests(retry_after=math.ceil(wait))

    def _bucket(self, name: str, rpm: int, now: float) -> Bucket:
        return self._buckets.setdefault(name, Bucket(rpm, now=now))


def too_many_requests(*, retry_after: int | None) -> ApiError:
    """429, telling when to come back or not."""
    return ApiError(
        429,
        "Rate limit reached for requests. Please try again later.",
        kind="requests",
        code="rate_limit_exceeded",
        headers={} if retry_after is None else {"retry-after": str(retry_after)},
    )
