"""What auditing costs: eight writers on PostgreSQL, with and without it, in the same run.

    python benchmarks/audit_writers.py [--seconds 30] [--writers 8] [--slice 3]

Each writer runs an ordinary verb of ours, a change of a connection's interval: load it, locked,
check, save, commit. In every other slice of time the verb's audit event is left out. --smallest
replaces the verb by the least that a locked change can be. A sealer runs throughout. The server
keeps PostgreSQL's own settings and waits for the disk at each commit, as any that is meant to keep
data does; --careless does not wait, so that a change is as cheap as it can be and the ratio as bad
as it can get.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

from tenure.testing.postgres import throwaway_cluster

PROMISED_RATIO = 0.7
ROWS = 200


def main() -> None:
    options = _arguments()
    cluster = throwaway_cluster(durable=not options.careless)
    with tempfile.TemporaryDirectory(prefix="tenure-bench-") as home:
        os.environ |= {
            "TENURE_HOME": home,
            "TENURE_DATABASE_URL": cluster.url,
            "TENURE_LOG_LEVEL": "WARNING",
        }
        try:
            _prepare()
            counts, longest_wait_s = _run(options)
            _report(options, counts, longest_wait_s)
        finally:
            cluster.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30, help="of each kind")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--slice", type=float, default=3, help="seconds before changing over")
    parser.add_argument("--smallest", action="store_true", help="the least that a change can be")
    parser.add_argument("--careless", action="store_true", help="commits do not wait for the disk")
    return parser.parse_args()


def _start_django() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"
    django.setup()
    # A deadlock is counted below; the framework would print a page for each.
    logging.disable(logging.ERROR)


def _prepare() -> None:
    _start_django()
    from django.core.management import call_command
    from django.db import connection

    from tenure.testing.factories import make_connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_thing (id bigint PRIMARY KEY, state int NOT NULL)")
        cursor.execute("INSERT INTO bench_thing SELECT g, 0 FROM generate_series(1, %s) g", [ROWS])
    for _ in range(ROWS):
        make_connection()
    connection.close()


def _run(options: argparse.Namespace) -> tuple[Counter[str], float]:
    """Counts by kind over all writers, and the longest an event waited for its seal."""
    context = multiprocessing.get_context("spawn")
    results: Queue[Counter[str]] = context.Queue()
    waits: Queue[float] = context.Queue()
    ready, stop = context.Barrier(options.writers + 1), context.Event()
    sealer = context.Process(target=_seal, args=(stop, waits))
    writers = [
        context.Process(target=_write, args=(ready, results, options))
        for _ in range(options.writers)
    ]
    for process in (sealer, *writers):
        process.start()
    ready.wait()
    counts = sum((results.get() for _ in writers), Counter())
    for process in writers:
        process.join()
    time.sleep(2)
    stop.set()
    longest_wait_s = waits.get()
    sealer.join()
    return counts, longest_wait_s


def _write(ready: object, results: Queue[Counter[str]], options: argparse.Namespace) -> None:
    _start_django()
    from django.db import OperationalError, connection, models, transaction

    from tenure.audit import operations as audit
    from tenure.connections.models import Connection
    from tenure.connections.operations.set_connection import set_connection
    from tenure.lib.actor import Actor
    from tenure.lib.ids import uuid7
    from tenure.users.rules import ALL_PERMISSIONS

    class Thing(models.Model):
        state = models.IntegerField()

        class Meta:
            app_label, db_table, managed = "audit", "bench_thing", False

    actor, counts = Actor("user", str(uuid7()), "Ada", permissions=ALL_PERMISSIONS), Counter()
    things = [audit.Subject("account", str(uuid7())) for _ in range(ROWS + 1)]
    refs = list(Connection.objects.order_by("id").values_list("ref", flat=True))
    record = audit.record
    connection.ensure_connection()

    def smallest(thing: int) -> None:
        with transaction.atomic():
            row = Thing.objects.select_for_update().get(pk=thing)
            before = row.state
            row.state += 1
            row.save(update_fields=["state"])
            audit.record(
                "audit_log.exported",
                actor=actor,
                subject=things[thing],
                text={"reason": "no longer on the team"},
                before=before,
                after=row.state,
            )

    def verb(thing: int) -> None:
        minutes = random.randint(5, 1440)  # noqa: S311 - which number is no secret
        set_connection(ref=refs[thing - 1], interval_minutes=minutes, actor=actor)

    def note(*arguments: object, **named: object) -> object:
        noted.append(1)
        return record(*arguments, **named)

    noted: list[int] = []
    change = smallest if options.smallest else verb

    ready.wait()
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < 2 * options.seconds:
        audited = int(passed / options.slice) % 2 == 1
        noted.clear()
        audit.record = note if audited else (lambda *_, **__: None)
        try:
            change(random.randint(1, ROWS))  # noqa: S311 - which row is no secret
        except OperationalError as error:
            counts[f"{type(error.__cause__).__name__}"] += 1
        else:
            counts["audited" if audited else "plain"] += 1
            # Setting what is set already changes nothing, and makes no event.
            counts["events"] += len(noted)
    results.put(counts)


def _seal(stop: Event, waits: Queue[float]) -> None:
    _start_django()
    from tenure.audit.models import UnsealedEvent
    from tenure.audit.sealing import seal_once
    from tenure.lib.clock import now

    longest = 0.0
    while not stop.is_set():
        oldest = UnsealedEvent.objects.order_by("event_id").values_list("event__at", flat=True)
        if (since := oldest.first()) is not None:
            longest = max(longest, (now() - since).total_seconds())
        seal_once()
        time.sleep(0.5)
    seal_once()
    waits.put(longest)


def _report(options: argparse.Namespace, counts: Counter[str], longest_wait_s: float) -> None:
    from tenure.audit.models import AuditEvent, AuditSeal
    from tenure.audit.verification import verify_chain

    plain, audited = counts["plain"] / options.seconds, counts["audited"] / options.seconds
    started = time.perf_counter()
    verdict = verify_chain()
    verifying_s = time.perf_counter() - started
    events, seals = AuditEvent.objects.count(), AuditSeal.objects.count()
    deadlocks = counts["DeadlockDetected"]
    known = counts["plain"] + counts["audited"] + counts["events"] + deadlocks
    other = sum(counts.values()) - known
    for name, value in (
        ("writers", options.writers),
        ("without audit, changes/s", f"{plain:,.0f}"),
        ("with audit, changes/s", f"{audited:,.0f}"),
        ("ratio", f"{audited / plain:.2f} (promised {PROMISED_RATIO})"),
        ("deadlocks", deadlocks),
        ("other errors", other),
        ("events", f"{events:,}"),
        ("sealed in order", f"{verdict.sealed:,} of {seals:,} seals, whole: {verdict.ok}"),
        ("longest wait for a seal", f"{longest_wait_s:.1f} s"),
        ("verified", f"{verdict.sealed / verifying_s:,.0f} events/s"),
    ):
        print(f"{name:28}{value}")
    whole = verdict.ok and events == seals == verdict.sealed == counts["events"]
    told = "held" if audited / plain >= PROMISED_RATIO else "NOT held"
    print(f"promise {told}: {PROMISED_RATIO:.0%} of the changes that would be made without audit")
    # Only what was counted: a busy machine can miss the ratio and prove nothing.
    sys.exit(0 if whole and not deadlocks else 1)


if __name__ == "__main__":
    main()
