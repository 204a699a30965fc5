"""How long one leaver keeps access, and what a hundred cost.

    python benchmarks/offboarding.py [--leavers 100]

One: from the end of somebody who leaves under the policy *automatic* to the moment at which the
provider shows by id and in its list that they are gone, with a worker process, its schedules and
the default budget. A minute of it is meant: a case begins a minute after the end.

A hundred: every member with a key, worked on in this process without a pace. The limit is the same
four requests for each (read, remove, read by id, read in the list) over one bare connection.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

from harness.clocks import cost_of
from harness.company import Company, Size
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

PROMISED_S = 120.0
PROMISED_REQUESTS = 1.05  # times the fewest
EACH = 4  # requests for one removal: before, the removal, by id, in the list


def main() -> None:
    on_each_database(arguments(__doc__, leavers=100), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    size = Size(users=4 * options.leavers + 100, projects=5, members=20)
    company = Company(size, stack, keys=2 * options.leavers, latency_ms=5)
    house = House(options.database, stack)
    house.connect([company])
    for name in ("one", "many"):
        house.make(name)
    with house.database("one"):
        waited = one_leaver(house)
    with house.database("many"):
        report_on(options, waited, many(company, options.leavers))


def one_leaver(house: House) -> float:
    """Seconds from their end to the proof."""
    from tenure.lib.clock import now
    from tenure.offboarding.models import OffboardingCase
    from tenure.provisioning.models import ProvisioningOperation

    # Not one who owns a project alone: then a person has to choose who takes it over.
    accounts = ready("automatic", per_minute=50)
    account = next(one for one in accounts if not one.grants.filter(ended_at=None).exists())
    person = person_of(account)
    environment = {**os.environ, **house.environment("one")}
    command = [sys.executable, "-m", "tenure", "worker"]
    worker = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1])  # noqa: S603 - our own command line
    try:
        time.sleep(15)  # it has begun, and its schedules have come round
        person.ends_at = person.end_at = now() + timedelta(seconds=1)
        person.save()
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            gone = ProvisioningOperation.objects.filter(account=account, state="verified").first()
            if gone is not None and gone.verified_at is not None:
                return (gone.verified_at - person.ends_at).total_seconds()
            time.sleep(0.25)
        found = list(OffboardingCase.objects.values_list("state", "reason"))
        raise SystemExit(f"Nobody was removed within five minutes; cases: {found}")
    finally:
        worker.terminate()
        worker.wait()


@dataclass(frozen=True)
class Many:
    """What a hundred took; `bare` is what as many requests take that only ask."""

    operations: int
    requests: int
    cpu: float
    bare: float


def many(company: Company, leavers: int) -> Many:
    from tenure.provisioning import acting, planned
    from tenure.provisioning.models import ProvisioningOperation
    from tenure.provisioning.operations.plan_operations import plan_operations
    from tenure.provisioning.operations.start_operations import start_operations
    from tenure.testing.cast import actor_of

    accounts = ready("approve", per_minute=None)
    actor, cause = actor_of("ada"), planned.Cause(why="measured")
    batches = []
    for account in accounts[:leavers]:
        keys = [planned.of_credential(key) for key in account.credentials.filter(ended_at=None)]
        plans = [*keys, planned.of_member(account)]
        operations = plan_operations(plans=plans, cause=cause, actor=actor)
        start_operations(batch=operations[0].batch, actor=actor)
        batches.append(operations[0].batch)
    company.forget_requests()
    cost = cost_of(lambda: [acting.work(batch, actor=actor) for batch in batches])
    requests = sum(one["path"].startswith("/v1/") for one in company.requests())
    done = ProvisioningOperation.objects.filter(state="verified").count()
    others = accounts[leavers : 2 * leavers]
    bare = cost_of(lambda: remove_barely(company, [(a.external_id, a.email) for a in others]))
    return Many(done, requests, cost.cpu, bare.cpu * done / len(others))


def remove_barely(company: Company, members: list[tuple[str, str]]) -> None:
    parts = urlsplit(company.url)
    connection = HTTPConnection(parts.netloc)
    headers = {"Authorization": f"Bearer {company.key}"}
    for target, email in members:
        one = f"{parts.path}/organization/users/{target}"
        listed = f"{parts.path}/organization/users?emails={quote(email)}"
        for method, path in (("GET", one), ("DELETE", one), ("GET", one), ("GET", listed)):
            connection.request(method, path, headers=headers)
            json.loads(connection.getresponse().read())
    connection.close()


def ready(policy: str, *, per_minute: int | None) -> list:
    """Members who may go, after a sync and with removal on."""
    from tenure.connections.models import Connection
    from tenure.connections.operations.set_connection import set_connection
    from tenure.connections.operations.set_removal import set_removal
    from tenure.inventory import syncing
    from tenure.inventory.models import Account
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.testing.cast import actor_of

    ada, connection = actor_of("ada"), Connection.objects.get()
    run = request_sync(connection_ref=connection.ref, actor=ada)
    syncing.run_sync(run_ref=run.ref, actor=ada)
    set_removal(ref=connection.ref, is_on=True, actor=ada)
    set_connection(
        ref=connection.ref,
        removal_policy=policy,
        requests_per_minute=per_minute,
        brake_per_hour=10_000,
        actor=ada,
    )
    return list(Account.objects.filter(kind="person", role="reader").order_by("pk"))


def person_of(account):  # noqa: ANN001, ANN201 - models, which may be loaded only now
    from tenure.inventory.operations.link_accounts import link_accounts
    from tenure.testing.cast import actor_of
    from tenure.testing.factories import make_person

    person = make_person(account.name or "A leaver", email=account.email)
    link_accounts(actor=actor_of("ada"))
    return person


def report_on(options: argparse.Namespace, waited: float, all_: Many) -> None:
    fewest = EACH * all_.operations
    left = max(0, options.leavers - all_.operations)
    report = Report(
        f"{options.leavers} leavers, {all_.operations} operations, {NAMES[options.database]}"
    )
    report.row("one leaver, end to proof, s", limit=60.0, tenure=waited)
    report.row("all leavers, requests", limit=fewest, tenure=all_.requests)
    report.row("all leavers, CPU s", limit=all_.bare, tenure=all_.cpu)
    report.promise("seconds from the end to the proof", waited, PROMISED_S)
    over = all_.requests / max(1, fewest)
    report.promise("requests ÷ the fewest", over, PROMISED_REQUESTS, is_exact=True)
    report.promise("leavers that are not verified", left, 0, is_exact=True)
    report.finish()


if __name__ == "__main__":
    main()
