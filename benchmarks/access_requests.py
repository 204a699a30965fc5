"""What the end of many requests costs, and how soon an approver sees what waits for them.

    python benchmarks/access_requests.py [--grants 50000] [--waiting 5000] [--rounds 2]

The sweep moves everything that is over by one statement. *Limit* is the same update of an unindexed
copy by the database itself; *per row* are 200 that are ended one by one, scaled to all. The page is
asked for through the whole of Django, by somebody for whom so many requests wait.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from statistics import median
from typing import Any

from harness.clocks import cost_of, cpu_of_each
from harness.crowd import fill, hold, wait_for
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

SAMPLE, PAGES, PAGE = 200, 30, "/requests"
PROMISED_P95_S, PROMISED_QUESTIONS = 0.150, 9
LEAST_SAVED = 5
COPIED = (
    "UPDATE copied SET state = 'ending', ending = 'expiry', version = version + 1"
    " WHERE state = 'verified'"
)


def main() -> None:
    sizes = {"grants": 50_000, "waiting": 5_000, "rounds": 2}
    on_each_database(arguments(__doc__, **sizes), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    costs = defaultdict[str, list[float]](list)
    for number in range(options.rounds):
        house.make(f"round{number}")
        with house.database(f"round{number}"):
            connection = fill(options.grants, one_leaver_in=options.grants + 1)
            for step, cost in swept(connection, options.grants).items():
                costs[step].append(cost)
    house.make("inbox")
    with house.database("inbox"):
        seconds, questions = inbox(options.waiting)
    report(options, costs, seconds, questions)


def swept(connection: Any, count: int) -> dict[str, float]:  # noqa: ANN401 - loaded later
    """Seconds of the sweep, of a bare update and of ending one by one; and how many statements."""
    from django.db import connection as database
    from django.test.utils import CaptureQueriesContext

    from tenure.access_requests.models import AccessRequest
    from tenure.access_requests.operations.expire_requests import expire_requests
    from tenure.access_requests.settling import begin_ending
    from tenure.lib.clock import now
    from tenure.testing.cast import actor_of

    ada, at = actor_of("ada"), now()
    hold(connection, count, ends_at=at - timedelta(seconds=1))
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE copied AS SELECT * FROM access_requests_accessrequest")
        bare = cost_of(lambda: cursor.execute(COPIED)).wall
        cursor.execute("DROP TABLE copied")
    some = list(AccessRequest.objects.order_by("id").values_list("ref", flat=True)[:SAMPLE])
    each = cost_of(lambda: [begin_ending(ref=ref, actor=ada) for ref in some])
    with CaptureQueriesContext(database) as asked:
        whole = cost_of(lambda: expire_requests(actor=ada))
    table = 'UPDATE "access_requests_accessrequest"'
    moving = [one for one in asked.captured_queries if one["sql"].startswith(table)]
    left = AccessRequest.objects.filter(state__in=AccessRequest.GIVES).count()
    return {
        "sweep": whole.wall,
        "bare": bare,
        "one by one": each.wall * (count - SAMPLE) / SAMPLE,
        "updates": len(moving),
        "statements": len(asked.captured_queries),
        "left": left,
    }


def inbox(count: int) -> tuple[list[float], int]:
    """Seconds of CPU of the page, and its questions to the database."""
    from django.db import connection as database
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tenure.lib.clock import now
    from tenure.testing.cast import user_of
    from tenure.testing.factories import make_person

    connection = fill(count, one_leaver_in=count + 1)
    rita = user_of("rita")
    wait_for(make_person(rita.name, email=rita.email, user=rita), connection, count, at=now())
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(rita)
    ask(client)
    with CaptureQueriesContext(database) as asked:
        ask(client)
    questions = len(asked)
    return cpu_of_each(lambda: ask(client), PAGES), questions


def ask(client: Any) -> None:  # noqa: ANN401 - a test client
    answer = client.get(PAGE)
    if answer.status_code != 200:
        raise SystemExit(f"{PAGE} answered {answer.status_code}")


def report(
    options: argparse.Namespace,
    costs: dict[str, list[float]],
    seconds: list[float],
    questions: int,
) -> None:
    told = Report(
        f"{options.grants:,} grants that end, {options.waiting:,} requests that wait, "
        f"{NAMES[options.database]}, {options.rounds} rounds"
    )
    told.row(
        "the sweep, s", limit=costs["bare"], per_row=costs["one by one"], tenure=costs["sweep"]
    )
    told.row("statements of the sweep", tenure=costs["statements"])
    told.row("the inbox, CPU s", tenure=seconds)
    told.promise("updates by the sweep", max(costs["updates"]), 1, is_exact=True)
    told.promise("held after the sweep", max(costs["left"]), 0, is_exact=True)
    saved = [a / b for a, b in zip(costs["sweep"], costs["one by one"], strict=True)]
    told.promise("the sweep ÷ one by one", median(saved), 1 / LEAST_SAVED)
    p95 = sorted(seconds)[len(seconds) * 95 // 100]
    told.promise("p95, CPU seconds of the inbox", p95, PROMISED_P95_S)
    told.promise("queries of the inbox", questions, PROMISED_QUESTIONS, is_exact=True)
    told.finish()


if __name__ == "__main__":
    main()
