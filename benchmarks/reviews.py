"""What a snapshot costs, how soon its pages are there, and what one decision for many saves.

    python benchmarks/reviews.py [--users 100000] [--rounds 2]

About so many items: an organization role for each of two thirds as many accounts, and a role of a
project for half of these. *Limit* of staging is what the same SELECT takes into a table without
keys, indexes and guards; a bare copy of the finished rows, which asks
nothing of anything, is told beside it. *Limit* of the deep page is the first. *Per row* are 200
decisions one by one, scaled to 10,000.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from harness.clocks import cost_of, cpu_of_each
from harness.crowd import employ, fill
from harness.house import House
from harness.report import Report
from harness.run import NAMES, arguments, on_each_database

if TYPE_CHECKING:
    from tenure.lib.actor import Actor
    from tenure.reviews.models import Campaign

SAMPLE, AT_ONCE, PAGES, ROWS = 200, 10_000, 20, 50
MOST_STAGING = {"sqlite": 2.5, "postgres": 4.0}
MOST_DEEP, LEAST_SAVED, MOST_STATEMENTS = 1.5, 12, 5


def main() -> None:
    on_each_database(arguments(__doc__, users=100_000, projects=0, members=0, rounds=2), measure)


def measure(options: argparse.Namespace, stack: ExitStack) -> None:
    house = House(options.database, stack)
    house.connect([])
    costs = defaultdict[str, list[float]](list)
    for number in range(options.rounds):
        house.make(f"round{number}")
        with house.database(f"round{number}"):
            connection = fill(options.users // 3, one_leaver_in=1000)
            employ(connection, options.users // 3, projects=1)
            for step, cost in one_round(connection).items():
                costs[step].append(cost)
    report(options, costs)


def one_round(connection: Any) -> dict[str, float]:  # noqa: ANN401 - loaded later
    """Seconds by step, and how many there were of what is counted."""
    from django.db import connection as database

    costs = dict[str, float]()
    campaign, reviewer, statement = staged(connection, costs)
    with database.cursor() as cursor:
        sql, values = statement
        cursor.execute("CREATE TABLE selected AS SELECT * FROM reviews_reviewitem LIMIT 0")
        unindexed = sql.replace("INTO reviews_reviewitem", "INTO selected", 1)
        costs["unindexed"] = cost_of(lambda: cursor.execute(unindexed, values)).wall
        copy = "CREATE TABLE copied AS SELECT * FROM reviews_reviewitem"
        costs["copy"] = cost_of(lambda: cursor.execute(copy)).wall
        cursor.execute("DROP TABLE selected")
        cursor.execute("DROP TABLE copied")
    last = last_cursor(campaign, reviewer)
    costs["first page"] = median(cpu_of_each(lambda: page(campaign, "", reviewer), PAGES))
    costs["deep page"] = median(cpu_of_each(lambda: page(campaign, last, reviewer), PAGES))
    return costs | decided(campaign, reviewer)


def staged(
    connection: Any,  # noqa: ANN401 - same
    costs: dict[str, float],
) -> tuple[Campaign, Actor, tuple[str, Any]]:
    """An open campaign, all of which one person reviews; what its one statement took; and that."""
    from django.db import connection as database

    from tenure.lib.clock import now
    from tenure.reviews.models import Campaign
    from tenure.reviews.operations.create_campaign import create_campaign
    from tenure.reviews.operations.stage_campaign import stage_campaign
    from tenure.reviews.settings_of import Settings
    from tenure.testing.cast import actor_of
    from tenure.testing.factories import make_person

    person = make_person("Rita Novak", email="rita@halden.example")
    reviewer = actor_of("ada", person_id=str(person.ref))
    campaign = create_campaign(
        settings=Settings(
            title="Q4",
            connections=[connection.ref],
            due_at=now() + timedelta(days=14),
            rule="named",
            named=person.email,
        ),
        actor=reviewer,
    )

    taken: list[tuple[str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> object:  # noqa: ANN401 - Django's own shape
        begun = time.perf_counter()
        answer = execute(sql, params, many, context)
        if "INTO reviews_reviewitem" in sql:
            costs["staging"] = time.perf_counter() - begun
            taken.append((sql, params))
        return answer

    with database.execute_wrapper(watch):
        whole = cost_of(
            lambda: stage_campaign(ref=campaign.ref, override_reason="Measured", actor=reviewer)
        )
    costs["staging with its fingerprint"] = whole.wall
    campaign.refresh_from_db()
    assert campaign.snapshot  # noqa: S101 - it was just staged
    costs["items"] = campaign.snapshot.rows
    Campaign.objects.filter(pk=campaign.pk).update(state="open", opened_at=now())
    campaign.refresh_from_db()
    return campaign, reviewer, taken[0]


def page(campaign: Campaign, cursor: str, reviewer: Actor, limit: int = ROWS) -> Any:  # noqa: ANN401 - same
    from tenure.reviews import queries
    from tenure.reviews.item_schemas import ReviewItemOut

    found = queries.item_page(campaign, cursor=cursor, limit=limit, actor=reviewer)
    return found.each(ReviewItemOut.of)


def last_cursor(campaign: Campaign, reviewer: Actor) -> str:
    """Of the page near the end."""
    from tenure.reviews import queries

    cursor = last = ""
    while True:
        cursor = queries.item_page(campaign, cursor=cursor, limit=500, actor=reviewer).next or ""
        if not cursor:
            return last
        last = cursor


def decided(campaign: Campaign, reviewer: Actor) -> dict[str, float]:
    """What deciding 10,000 takes, one by one and at once, and by how many statements at once."""
    from django.db import connection as database
    from django.test.utils import CaptureQueriesContext

    from tenure.reviews import queries
    from tenure.reviews.operations.decide_review_item import decide_review_item
    from tenure.reviews.operations.decide_review_items import decide_review_items

    some = list(queries.items_to_decide(campaign, actor=reviewer)[:SAMPLE])
    each = cost_of(
        lambda: [decide_review_item(ref=one.ref, decision="keep", actor=reviewer) for one in some]
    )
    count = queries.items_to_decide(campaign, actor=reviewer).count()
    with CaptureQueriesContext(database) as asked:
        together = cost_of(
            lambda: decide_review_items(
                campaign_ref=campaign.ref, decision="keep", count=count, actor=reviewer
            )
        )
    about = [one for one in asked.captured_queries if "reviews_" in one["sql"]]
    return {
        "one by one": each.wall * AT_ONCE / len(some),
        "at once": together.wall * AT_ONCE / count,
        "statements": len(about),
    }


def report(options: argparse.Namespace, costs: dict[str, list[float]]) -> None:
    items = int(max(costs["items"]))
    told = Report(f"{items:,} items, {NAMES[options.database]}, {options.rounds} rounds")
    told.row("staging, s", limit=costs["unindexed"], tenure=costs["staging"])
    told.row("a bare copy of its rows, s", tenure=costs["copy"])
    told.row("staging with its fingerprint, s", tenure=costs["staging with its fingerprint"])
    told.row("deep page, CPU s", limit=costs["first page"], tenure=costs["deep page"])
    told.row("10,000 decisions, s", per_row=costs["one by one"], tenure=costs["at once"])
    told.promise(
        "staging ÷ the same unindexed",
        min(ratios(costs["staging"], costs["unindexed"])),
        MOST_STAGING["sqlite" if options.database == "sqlite" else "postgres"],
    )
    told.promise(
        "deep ÷ first page", median(ratios(costs["deep page"], costs["first page"])), MOST_DEEP
    )
    told.promise(
        "at once ÷ one by one",
        median(ratios(costs["at once"], costs["one by one"])),
        1 / LEAST_SAVED,
    )
    told.promise("statements at once", max(costs["statements"]), MOST_STATEMENTS, is_exact=True)
    told.finish()


def ratios(one: list[float], other: list[float]) -> list[float]:
    return [a / b for a, b in zip(one, other, strict=True)]


if __name__ == "__main__":
    main()
