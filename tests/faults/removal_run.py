"""Changes under fire: workers to be killed, a connection to a simulator elsewhere, and who plans.

python -m tests.faults.removal_run work SECONDS_OF_LEASE
python -m tests.faults.removal_run attend ORGANIZATION_ID ADMIN_KEY URL

What works reads the name of a point (tests/faults/points.py), or nothing, a line; it answers each
with the id of another worker, which dies there. It was loaded before, so that a life costs little.

Who attends reads one word a line, and answers each with one line of JSON:

    plan N    let go a batch of N removals of any kind, as far as there is something left
    invite N  let go a batch of N invitations, each of somebody else and to one project
    open      how many are not over, and how often each state is met
    sync      read the whole organization once more
    minute    a minute passes for jobs whose workers are dead: their leases are over
    doubt     minutes pass for what is in doubt: it may be concluded that it was not made
    outcomes  what became of each thing, by its path at the provider
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from datetime import timedelta
from itertools import count, islice, zip_longest

import django
from django.db.models import F

_PLACES = {
    "member": "users/{id}",
    "invitation": "invites/{id}",
    "admin_key": "admin_api_keys/{id}",
    "project_key": "projects/{parent}/api_keys/{id}",
    "project_member": "projects/{parent}/users/{id}",
    "service_account": "projects/{parent}/service_accounts/{id}",
    "group_member": "groups/{parent}/users/{id}",
}


def work(lease):
    import tests.faults.points  # noqa: F401 - loaded once for all of them
    from tenure.jobs import worker

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    for line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _live(worker.Worker, float(lease), line.strip())
        print(child, flush=True)  # noqa: T201 - the test reads it


def _live(worker, lease, point):
    from tests.faults.points import die_at

    if point:
        die_at(point)
    one = worker(concurrency=2, lease=timedelta(seconds=lease), poll=0.1)
    signal.signal(signal.SIGTERM, lambda *_: one.stop())
    one.run()
    os._exit(0)


def attend(organization_id, admin_key, url):
    from django.db import connection as database

    from tests.faults.sync_run import connected

    connection = connected(organization_id, admin_key, url)
    things = ready_to_go(connection)
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    guests = invitations(connection)
    others = {"open": still_open, "minute": minute, "doubt": doubt, "outcomes": outcomes}
    for line in sys.stdin:
        database.close()  # the server may have been another one since
        word, *number = line.split()
        if word == "plan":
            answer = plan(list(islice(things, int(number[0]))))
        elif word == "invite":
            answer = plan(list(islice(guests, int(number[0]))))
        elif word == "sync":
            answer = sync(connection)
        else:
            answer = others[word]()
        print(json.dumps(answer), flush=True)  # noqa: T201 - the test reads it


def ready_to_go(connection):
    """Members, keys and invitations by turns, once they were read and may be removed."""
    from tenure.connections.operations.set_connection import set_connection
    from tenure.connections.operations.set_removal import set_removal
    from tenure.connections.rules import BRAKE_PER_HOUR
    from tenure.inventory.models import Account, Credential, Invitation
    from tenure.provisioning import planned
    from tenure.testing.cast import actor_of

    ada = actor_of("ada")
    sync(connection)
    set_removal(ref=connection.ref, is_on=True, actor=ada)
    set_connection(ref=connection.ref, brake_per_hour=BRAKE_PER_HOUR[1], actor=ada)
    kinds = (
        map(planned.of_member, Account.objects.filter(kind="person", role="reader")),
        map(planned.of_credential, Credential.objects.exclude(resource=None)),
        map(planned.of_invitation, Invitation.objects.filter(status="pending")),
    )
    return (one for some in zip_longest(*kinds) for one in some if one is not None)


def invitations(connection):
    """To one project, of one after the other."""
    from tenure.inventory.models import Resource
    from tenure.provisioning import planned

    project = Resource.objects.filter(kind="project", archived_at=None).order_by("pk").first()
    return (
        planned.of_new_invitation(
            connection, f"guest-{number}@halden.example", projects=[(project, "member")]
        )
        for number in count(1)
    )


def sync(connection):
    from tenure.inventory import syncing
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.testing.cast import actor_of

    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    run.refresh_from_db()
    return run.status


def plan(plans):
    from tenure.provisioning.operations.plan_operations import plan_operations
    from tenure.provisioning.operations.start_operations import start_operations
    from tenure.provisioning.planned import Cause
    from tenure.testing.cast import actor_of

    ada = actor_of("ada")
    if plans:
        operations = plan_operations(plans=plans, cause=Cause(why="a test"), actor=ada)
        start_operations(batch=operations[0].batch, actor=ada)
    return len(plans)


def still_open():
    from tenure.provisioning.models import ProvisioningOperation

    states = Counter(ProvisioningOperation.objects.values_list("state", flat=True))
    return {"open": sum(states[state] for state in ProvisioningOperation.LIVE), **states}


def minute():
    from tenure.jobs.models import Job
    from tenure.lib.clock import now
    from tests.faults.processes import alive

    held = Job.objects.filter(state="running")
    dead = [job.pk for job in held if not alive(int(job.worker.rpartition(":")[2]))]
    return held.filter(pk__in=dead).update(lease_until=now())


def doubt():
    from tenure.jobs.models import Job
    from tenure.lib.clock import now
    from tenure.provisioning import rules
    from tenure.provisioning.models import ProvisioningOperation

    minute()
    Job.objects.filter(queue="act", state="queued", run_after__gt=now()).update(run_after=now())
    doubtful = ProvisioningOperation.objects.filter(is_in_doubt=True)
    return doubtful.update(sent_at=F("sent_at") - rules.INVITING, not_before=None)


def outcomes():
    from tenure.provisioning.models import ProvisioningOperation

    return {path_of(one): (one.state, one.reason) for one in ProvisioningOperation.objects.all()}


def path_of(operation):
    place = _PLACES[operation.target_kind]
    named = place.format(id=operation.target_id, parent=operation.parent_id)
    return f"/v1/organization/{named}"


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"
    django.setup()
    command, *arguments = sys.argv[1:]
    {"work": work, "attend": attend}[command](*arguments)
