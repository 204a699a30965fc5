"""What a run of a test costs when everything fails, and how soon the lists of it are there.

    python benchmarks/findings.py [--users 50000] [--rounds 3]

As many accounts belong to nobody, and as many more to people who have left. First nothing is known
of it; then nothing has changed; then half are gone. *Per row* is `update_or_create` for each of 200
accounts, scaled. Pages go through the whole of Django, asked for by somebody who may see all.
"""

from __future__ import annotations

import argparse
import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from harness.clocks import cost_of
from harness.crowd import fill
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

SAMPLE = 200
PROMISED_UNCHANGED_S, PROMISED_PAGE_S = 3.0, 0.3
TESTS = {"accounts-linked": "unlinked", "leavers-deprovisioned": "of leavers"}
PAGES = ("/findings", "/findings?show=overdue", "/accounts", "/accounts/suggestions")


def main() -> None:
    on_each_database(arguments(__doc__, users=50_000, projects=0, members=0, rounds=3), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    costs, rows = defaultdict[str, list[float]](list), list[int]()
    for name, count in (("warm", 200), *((f"round{n}", 0) for n in range(options.rounds))):
        house.make(name)
        with house.database(name):
            fill(count or options.users)
            measured, written = one_round(count or options.users)
        if count:
            gc.collect()
            gc.freeze()  # as a worker does when it begins
            continue
        rows.append(written)
        for step, cost in measured.items():
            costs[step].append(cost)
    report(options, costs, rows)


def one_round(count: int) -> tuple[dict[str, float], int]:
    """Seconds of CPU by step, and the findings that unchanged runs wrote."""
    costs, written = dict[str, float](), list[int]()
    for slug, those in TESTS.items():
        costs[f"per row, {those}"] = cost_of(lambda s=slug: per_row(s)).cpu * count / SAMPLE
        costs[f"first, {those}"] = cost_of(lambda s=slug: run(s)).cpu
        with findings_written(written):
            costs[f"unchanged, {those}"] = cost_of(lambda s=slug: run(s)).cpu
    signed_in = reader()
    for page in PAGES:
        ask(signed_in, page)
        costs[page] = cost_of(lambda p=page: ask(signed_in, p)).cpu
    mend()
    for slug, those in TESTS.items():
        costs[f"half gone, {those}"] = cost_of(lambda s=slug: run(s)).cpu
    return costs, sum(written)


def report(options: argparse.Namespace, costs: dict[str, list[float]], rows: list[int]) -> None:
    told = Report(
        f"{options.users:,} accounts unlinked and as many of leavers, {NAMES[options.database]}, "
        f"{options.rounds} rounds"
    )
    for those in TESTS.values():
        for step in ("first", "unchanged", "half gone"):
            told.row(
                f"{step}, {those}, CPU s",
                per_row=costs[f"per row, {those}"] if step == "first" else None,
                tenure=costs[f"{step}, {those}"],
            )
    for page in PAGES:
        told.row(f"{page}, CPU s", tenure=costs[page])
    for those in TESTS.values():
        slowest = max(costs[f"unchanged, {those}"])
        told.promise(f"CPU seconds, unchanged, {those}", slowest, PROMISED_UNCHANGED_S)
    for page in PAGES:
        told.promise(f"CPU seconds of {page}", max(costs[page]), PROMISED_PAGE_S)
    told.promise("findings written by unchanged runs", max(rows), 0, is_exact=True)
    told.finish()


def run(slug: str) -> None:
    from tenure.compliance.operations.run_tests import run_tests
    from tenure.users.actors import local_operator

    run_tests(slugs=[slug], actor=local_operator())


def per_row(slug: str) -> None:
    """What one writes first: each account is looked at, and its finding made or brought up to
    date. Nothing of it is kept."""
    from django.db import transaction

    from tenure.compliance.models import ComplianceTest, Finding
    from tenure.inventory.models import Account
    from tenure.lib.clock import now

    with transaction.atomic():
        test, _ = ComplianceTest.objects.get_or_create(slug=slug)
        for account in Account.objects.order_by("id")[:SAMPLE]:
            link = account.links.filter(state="confirmed").first()
            Finding.objects.update_or_create(
                test=test,
                subject=f"account:{account.ref}",
                defaults={
                    "connection": account.connection,
                    "account": account,
                    "person": link.person if link else None,
                    "why": {"inputs": [{"name": "Account", "value": account.external_id}]},
                    "since": account.began_at,
                    "sla_days": 7,
                    "opened_at": now(),
                    "due_at": account.began_at + timedelta(days=7),
                },
            )
        transaction.set_rollback(True)


@contextmanager
def findings_written(counts: list[int]) -> Iterator[None]:
    """Count the rows of findings that are written inside."""
    from django.db import connection

    from tenure.compliance.models import Finding

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> object:  # noqa: ANN401 - Django's own shape
        if 'compliance_finding"' in sql and not sql.startswith("SELECT"):
            counts.append(len(params) if many else 1)
        return execute(sql, params, many, context)

    before = Finding.objects.count()
    with connection.execute_wrapper(watch):
        yield
    counts.append(Finding.objects.count() - before)  # new ones come as a stream, unseen by a watch


def reader() -> Any:  # noqa: ANN401 - a test client
    from django.test import Client

    from tenure.testing.cast import user_of

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user_of("mara"))
    return client


def ask(client: Any, page: str) -> None:  # noqa: ANN401 - a test client
    answer = client.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code}")


def mend() -> None:
    """Half of the accounts are gone."""
    from django.db.models import F
    from django.db.models.functions import Mod

    from tenure.inventory.models import Account
    from tenure.lib.clock import now

    odd = Account.objects.annotate(rest=Mod(F("id"), 2)).filter(rest=1)
    odd.update(status="gone", ended_at=now(), ended_known_by="provider")


if __name__ == "__main__":
    main()
