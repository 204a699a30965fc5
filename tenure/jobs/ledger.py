"""Every change of a job's row. Each is one conditional statement: zero rows means too late.

The fence is the proof of ownership. It rises with each claim, and every write a worker makes about
its job says which fence it holds; clocks only decide when a job may be claimed again.
"""

from __future__ import annotations

import inspect
import json
import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django_tasks.base import Task
from django_tasks.utils import normalize_json

from tenure.jobs import rules, wakeup
from tenure.jobs.context import LEASE, JobContext, Retry, WorkerDied
from tenure.jobs.models import KEY_LENGTH, Job
from tenure.lib.clock import now
from tenure.lib.secrets import redact

# A free thread takes what is due in less.
_OVERLOOKED = timedelta(milliseconds=300)
_RACES = 20  # how often to look again after somebody else was quicker


def add(
    task: Task[..., Any],
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any],
    key: str = "",
    lock: str = "",
    max_attempts: int,
) -> Job:
    """A waiting job in the caller's transaction; the one that waits already, if it has this key."""
    inspect.signature(task.func).bind(*([None] if task.takes_context else []), *args, **kwargs)
    arguments = normalize_json({"args": list(args), "kwargs": dict(kwargs)})
    if redact(written := json.dumps(arguments)) != written:
        raise ValueError(f"{task.name} was given a provider's key; pass a ref to it instead")
    if max(len(key), len(lock)) > KEY_LENGTH:
        raise ValueError(f"the key or lock of {task.name} is longer than {KEY_LENGTH} characters")
    job = Job(
        task=task.module_path,
        arguments=arguments,
        queue=task.queue_name,
        priority=task.priority,
        run_after=task.run_after or now(),
        key=key,
        lock=lock,
        max_attempts=max_attempts,
    )
    for _ in range(_RACES):
        try:
            with transaction.atomic():
                # Locked, so that it cannot start before the caller's transaction is visible to it.
                waiting = Job.objects.filter(key=key, state=Job.State.QUEUED).select_for_update()
                if key and (twin := waiting.first()):
                    return twin
                job.save(force_insert=True)
        except IntegrityError:
            if not key:
                raise
        else:
            wakeup.announce(job)
            return job
    raise RuntimeError(f"could not enqueue {task.name}: others with its key come and go too fast")


def claim(queues: Sequence[str], *, worker: str, lease: timedelta) -> Job | None:
    """The next job of these queues, now ours until `lease` from now; None when none is due."""
    for _ in range(_RACES):
        try:
            with _short_lock():
                instant = now()
                seen = _first(_abandoned(queues, instant)) or _first(_waiting(queues, instant))
                if seen is None:
                    return None
                if _take(seen, instant, worker=worker, lease=lease):
                    return seen
        except IntegrityError:
            continue  # a job with the same lock started in this moment
    return None


def renew(job: JobContext) -> bool:
    """Push the lease out. False: the job is not ours any more."""
    return bool(_ours(job).update(lease_until=now() + job.lease))


def hold(job: JobContext) -> bool:
    """Whether the job is ours; inside a transaction it stays so until the end of it."""
    mine = _ours(job)
    if connection.in_atomic_block:
        mine = mine.select_for_update()
    return mine.values_list("pk").first() is not None


def progressed(job: JobContext) -> None:
    """Count attempts anew."""
    _ours(job).filter(attempts__gt=1).update(attempts=1)


def finish(job: JobContext, result: object) -> bool:
    """Write "done". False: another worker has the job, and this result counts for nothing."""
    return _end(job, Job.State.DONE, result=result, last_error="")


def postpone_or_fail(
    job: JobContext, error: BaseException, *, max_attempts: int
) -> Job.State | None:
    """After an error: queue it again for later, or fail it. None: the job is not ours any more."""
    said = _written(error)
    if isinstance(error, Retry):
        return _wait(job, said, error.after, attempts=Greatest(F("attempts") - 1, 0))
    if rules.may_try_again(error, attempts=job.attempt, max_attempts=max_attempts):
        pause = rules.delay(job.attempt, chance=random.random())  # noqa: S311 - spreads a herd
        return _wait(job, said, pause)
    return Job.State.FAILED if _end(job, Job.State.FAILED, last_error=said) else None


def bury_abandoned() -> int:
    """Fail the jobs whose workers vanished under them as often as is allowed. Their number."""
    return (
        _expired(now())
        .filter(attempts__gte=F("max_attempts"))
        .update(
            state=Job.State.FAILED,
            lease_until=None,
            finished_at=now(),
            fence=F("fence") + 1,
            last_error=_written(WorkerDied()),
        )
    )


def disbelieve() -> int:
    """Shorten what was written before the clock was put back, as far as nobody can have meant it.
    The number of jobs.

    A job that began, or was enqueued, in the future waits no longer. A lease lasts a minute at
    most: whoever lives renews it, and the fence decides as ever.
    """
    instant, running = now(), Job.objects.filter(state=Job.State.RUNNING)
    waiting = Job.objects.filter(state=Job.State.QUEUED, run_after__gt=instant)
    written = Coalesce("started_at", "enqueued_at")
    late = waiting.annotate(written=written).filter(written__gt=instant + LEASE)
    leased = running.filter(lease_until__gt=instant + 2 * LEASE)  # one may begin meanwhile
    return late.update(run_after=instant) + leased.update(lease_until=instant + LEASE)


def forget(*, older_than: timedelta, states: Sequence[Job.State], at_most: int = 500) -> int:
    """Delete a small batch of jobs that ended long ago. Their number."""
    old = Job.objects.filter(state__in=states, finished_at__lt=now() - older_than)
    batch = list(old.order_by("finished_at").values_list("pk", flat=True)[:at_most])
    return Job.objects.filter(pk__in=batch).delete()[0] if batch else 0


def is_waited_for(job: JobContext) -> bool:
    """Whether others of the same queue could run but for those who hold its threads."""
    queue = Job.objects.filter(pk=job.id).values("queue")[:1]
    waiting = _waiting_somewhere(now() - _OVERLOOKED).filter(queue=Subquery(queue))
    return waiting.exists()


def queues_with_work(instant: datetime) -> set[str]:
    """Queues in which something can be claimed. Reads only."""
    names = Job.objects.order_by().values_list("queue", flat=True).distinct()
    waiting = names.filter(state=Job.State.QUEUED, run_after__lte=instant)
    return set(waiting) | set(names.filter(state=Job.State.RUNNING, lease_until__lt=instant))


def in_trouble(queues: Sequence[str]) -> list[str]:
    """Tasks of these queues that failed, or that wait because an attempt went wrong."""
    tried = Q(state=Job.State.QUEUED, attempts__gt=0)
    wrong = Job.objects.filter(tried | Q(state=Job.State.FAILED), queue__in=queues)
    return sorted(set(wrong.values_list("task", flat=True)))


def _short_lock() -> AbstractContextManager[Any]:
    # On SQLite a transaction takes the write lock, and a poll that finds nothing must not.
    skips = connection.features.has_select_for_update_skip_locked
    return transaction.atomic() if skips else nullcontext()


def _first(jobs: QuerySet[Job]) -> Job | None:
    if connection.features.has_select_for_update_skip_locked:
        jobs = jobs.select_for_update(skip_locked=True, of=("self",))
    return jobs.first()


def _waiting(queues: Sequence[str], instant: datetime) -> QuerySet[Job]:
    return (
        _waiting_somewhere(instant)
        .filter(queue__in=queues)
        .order_by("-priority", "run_after", "id")
    )


def _waiting_somewhere(instant: datetime) -> QuerySet[Job]:
    same_lock = Job.objects.filter(state=Job.State.RUNNING, lock=OuterRef("lock"))
    due = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=instant)
    return due.filter(Q(lock="") | ~Exists(same_lock))


def _expired(instant: datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=instant)


def _abandoned(queues: Sequence[str], instant: datetime) -> QuerySet[Job]:
    return (
        _expired(instant)
        .filter(queue__in=queues, attempts__lt=F("max_attempts"))
        .order_by("lease_until")
    )


def _take(seen: Job, instant: datetime, *, worker: str, lease: timedelta) -> bool:
    unchanged = Job.objects.filter(
        pk=seen.pk, state=seen.state, fence=seen.fence, lease_until=seen.lease_until
    )
    taken = {
        "state": Job.State.RUNNING,
        "fence": seen.fence + 1,
        "attempts": seen.attempts + 1,
        "lease_until": instant + lease,
        "started_at": instant,
        "worker": worker,
    }
    if not unchanged.update(**taken):
        return False
    for name, value in taken.items():
        setattr(seen, name, value)
    return True


def _ours(job: JobContext) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.id, fence=job.fence, state=Job.State.RUNNING)


def _end(job: JobContext, state: Job.State, **fields: object) -> bool:
    return bool(_ours(job).update(state=state, lease_until=None, finished_at=now(), **fields))


def _wait(job: JobContext, said: str, pause: timedelta, **fields: object) -> Job.State | None:
    try:
        with transaction.atomic():
            changed = _ours(job).update(
                state=Job.State.QUEUED,
                lease_until=None,
                run_after=now() + pause,
                last_error=said,
                **fields,
            )
    except IntegrityError:  # one with the same key waits already, and will do the same work
        return Job.State.CANCELLED if _end(job, Job.State.CANCELLED, last_error=said) else None
    return Job.State.QUEUED if changed else None


def _written(error: BaseException) -> str:
    return redact(rules.described(error))[:500]
