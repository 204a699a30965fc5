"""Hours of a connection's life in a minute: the clock jumps to whatever comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import time_machine

from tenure.connections.connecting import judge
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.inventory import planning, tasks
from tenure.inventory.freshness import DAILY
from tenure.inventory.models import Collection, SyncCollection, SyncRun
from tenure.jobs import enqueue
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.simulator.openai.running import RunningSimulator
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

_MINUTE, _MOMENT = timedelta(minutes=1), timedelta(milliseconds=5)


@dataclass
class Figures:
    """In minutes. `identity_age` is the oldest that any list of the identity tier ever was,
    `first_read` when the last list below a resource had been read, `between` the longest that
    one waited for its next reading, and `promised` what the plan had said."""

    identity_age: float = 0.0
    first_read: float = 0.0
    between: float = 0.0
    promised: float = 0.0
    lists: int = 0
    jobs: int = 0
    unread: int = 0
    runs: Sequence[SyncRun] = field(default_factory=list)


def connected(openai: RunningSimulator, *, requests_per_minute: int = 50) -> Connection:
    """The simulated organization under a budget."""
    credentials = Credentials(
        organization_id=openai.organization_id, api_key=openai.admin_key, base_url=openai.url
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of("ada"))
    return connect_organization(
        judged=judged,
        name=openai.organization_id[:40],
        requests_per_minute=requests_per_minute,
        actor=actor_of("ada"),
    )


def live_through(connection: Connection, *, hours: float) -> Figures:
    """Every job of so many hours, at its time; the schedule asks each minute."""
    with time_machine.travel(now()) as clock:
        began, figures = now(), Figures()
        while now() - began < timedelta(hours=hours):
            enqueue(tasks.request_due_syncs, key="schedule:syncs-due")
            following = now() + _MINUTE
            while now() < following:
                # A sync that goes on later has not failed, though it is not done.
                figures.jobs += run_jobs(failures_are_fine=True)
                waiting = Job.objects.filter(state=Job.State.QUEUED, run_after__lt=following)
                soonest = min([*waiting.values_list("run_after", flat=True), following])
                clock.move_to(max(soonest, now()) + _MOMENT)
            figures.identity_age = max(figures.identity_age, _oldest(connection, began))
        _tell(figures, connection, began)
    return figures


def _oldest(connection: Connection, began: datetime) -> float:
    of_identity = Collection.objects.filter(connection=connection, resource=None)
    of_identity = of_identity.exclude(kind__in=DAILY)
    ages = (now() - (one.completed_at or began) for one in of_identity)
    return max((age.total_seconds() / 60 for age in ages), default=0.0)


def _tell(figures: Figures, connection: Connection, began: datetime) -> None:
    kinds = planning.kinds_of(connection)
    promise = planning.plan_of(connection, kinds).whole_in or timedelta(0)
    read = defaultdict(list)
    whole = SyncCollection.objects.filter(run__connection=connection, state="complete")
    for key, at in whole.exclude(collection__resource=None).values_list("key", "finished_at"):
        read[key].append((at - began).total_seconds() / 60)
    for times in read.values():
        times.sort()
    gaps = [b - a for times in read.values() for a, b in pairwise(times)]
    below = Collection.objects.filter(connection=connection).exclude(resource=None)
    figures.promised = promise.total_seconds() / 60
    figures.first_read = max(min(times) for times in read.values())
    figures.between = max(gaps, default=0.0)
    figures.lists, figures.unread = below.count(), below.filter(completed_at=None).count()
    figures.runs = list(SyncRun.objects.filter(connection=connection).order_by("id"))
