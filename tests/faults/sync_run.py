"""Syncs under fire: a connection to a simulator elsewhere, workers to be killed, and the judge.

python -m tests.faults.sync_run work SECONDS_OF_LEASE
python -m tests.faults.sync_run attend ORGANIZATION_ID ADMIN_KEY URL

Who attends reads one word a line and answers each with one line of JSON:

    sync    ask for a sync, unless one is open
    cancel  stop the one that is open
    free    whether nobody keeps others from writing at the moment
    runs    how many are open, how the others ended, and which process works on one
    judge   what the inventory holds, once every promise was found kept
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from datetime import timedelta

import django


def work(lease):
    from tenure.jobs.worker import Worker

    worker = Worker(concurrency=1, lease=timedelta(seconds=float(lease)), poll=0.1)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    worker.run()


def attend(organization_id, admin_key, url):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    connection = connected(organization_id, admin_key, url)
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    for line in sys.stdin:
        verbs = {"sync": sync, "cancel": cancel, "free": free, "runs": runs, "judge": judge}
        answer = verbs[line.strip()](connection)
        print(json.dumps(answer), flush=True)  # noqa: T201 - the test reads it


def connected(organization_id, admin_key, url):
    from tenure.connections.connecting import judge as judge_key
    from tenure.connections.operations.connect_organization import connect_organization
    from tenure.connectors.base import Credentials
    from tenure.testing.cast import actor_of

    credentials = Credentials(organization_id=organization_id, api_key=admin_key, base_url=url)
    judged = judge_key(kind="openai", credentials=credentials, actor=actor_of("ada"))
    return connect_organization(
        judged=judged, name="OpenAI", requests_per_minute=None, actor=actor_of("ada")
    )


def sync(connection):
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.testing.cast import actor_of

    request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    return runs(connection)


def cancel(connection):
    from tenure.inventory.operations.cancel_sync import cancel_sync
    from tenure.inventory.queries import open_run
    from tenure.testing.cast import actor_of

    run = open_run(connection, actor=actor_of("ada"))
    cancel_sync(run_ref=run.ref, actor=actor_of("ada"))
    return runs(connection)


def free(connection):
    from django.db import OperationalError, transaction
    from django.db import connection as database

    from tenure.inventory.models import SyncRun

    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 100")
        try:
            with transaction.atomic():
                return bool(list(SyncRun.objects.select_for_update(nowait=True)))
        except OperationalError:
            return False
        finally:
            if database.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 20000")


def runs(connection):
    """How many are open, and how often the others ended how."""
    from tenure.inventory.models import SyncRun
    from tenure.inventory.tasks import run_sync
    from tenure.jobs.models import Job

    mine = SyncRun.objects.filter(connection=connection)
    working = Job.objects.filter(state="running", task=run_sync.module_path)
    over = mine.exclude(status__in=SyncRun.OPEN).values_list("status", "reason")
    return {
        "open": mine.filter(status__in=SyncRun.OPEN).count(),
        "over": Counter(f"{status} {reason}".strip() for status, reason in over),
        "at_work": next((int(job.worker.rpartition(":")[2]) for job in working), None),
    }


def judge(connection):
    from tenure.inventory.tests.truth import check_promises, inventory

    check_promises(connection)
    return inventory(connection)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"
    django.setup()
    command, *arguments = sys.argv[1:]
    {"work": work, "attend": attend}[command](*arguments)
