"""A ledger under fire: its jobs, a worker to be killed, and the judge.

python -m tests.faults.ledger_run prepare JOBS SECONDS_EACH | work | judge
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import timedelta

import django

LEASE = timedelta(seconds=2)


def prepare(jobs, seconds):
    from django.core.management import call_command
    from django.db import connection, transaction

    from tenure.jobs import enqueue
    from tests.faults.effects import take_effect

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (number int, fence int, fence_in_force int)")
    queues = ["act", "sync", "mail", "rest"]
    with transaction.atomic():
        for number in range(jobs):
            enqueue(
                take_effect.using(queue_name=queues[number % 4]),
                number=number,
                seconds=seconds,
                max_attempts=30,
            )


def work():
    from tenure.jobs.worker import Worker

    worker = Worker(concurrency=1, lease=LEASE, poll=0.1)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    worker.run()


def judge():
    """Wait for the end of the work, then look at every effect."""
    from django.db import connection
    from django.db.models import Count

    from tenure.jobs.models import Job

    ours = Job.objects.order_by().filter(task="tests.faults.effects.take_effect")
    deadline = time.monotonic() + 120
    while ours.filter(state__in=["queued", "running"]).exists() and time.monotonic() < deadline:
        time.sleep(0.25)
    with connection.cursor() as cursor:

        def number(query):
            cursor.execute(query)
            return cursor.fetchone()[0]

        verdict = {
            "states": dict(ours.values_list("state").annotate(Count("id"))),
            "with_effect": number("SELECT count(DISTINCT number) FROM effect"),
            "effects": number("SELECT count(*) FROM effect"),
            "stale": number(
                "SELECT count(*) FROM effect"
                " WHERE fence_in_force IS NULL OR fence_in_force <> fence"
            ),
            "taken_over": ours.filter(fence__gt=1).count(),
        }
    print(json.dumps(verdict))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"
    django.setup()
    command, *arguments = sys.argv[1:]
    if command == "prepare":
        prepare(int(arguments[0]), float(arguments[1]))
    else:
        {"work": work, "judge": judge}[command]()
