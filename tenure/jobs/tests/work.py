"""Tasks for the tests of the ledger itself."""

from __future__ import annotations

import threading

from django_tasks import TaskContext, task

from tenure.jobs import Retry, current, fenced
from tenure.jobs.models import Schedule
from tenure.lib.errors import Conflict

said: list[object] = []
gate = threading.Event()
entered = threading.Event()


@task(queue_name="rest")
def say(word, *, loudly=False):
    said.append(word.upper() if loudly else word)
    return {"said": word}


@task(queue_name="rest", takes_context=True)
def tell_attempt(context: TaskContext):
    said.append(context.attempt)


@task(queue_name="rest")
def say_who():
    job = current()
    said.append((job.actor.kind, job.actor.id, job.actor.label, job.actor.may("anything.at_all")))


@task(queue_name="rest")
def break_down(secret):
    raise ValueError(f"cannot digest {secret}")


@task(queue_name="rest")
def refuse():
    raise Conflict("The connection is paused; resume it first.")


@task(queue_name="sync")
def come_back_later(seconds):
    raise Retry(seconds, "the provider asked us to wait")


@task(queue_name="rest")
def write_fenced(name):
    with fenced():
        Schedule.objects.create(name=name)


@task(queue_name="rest")
def leave():
    raise SystemExit(1)


@task(queue_name="sync")
def take_long():
    entered.set()
    gate.wait(20)


@task(queue_name="act")
def remove(name):
    said.append(name)
