"""The answers of the ninety days before the demo was started.

Nobody was there to ask then. What was there is known all the same, by the provider's times and the
dates of people, so each test is asked about what existed by each of these days. These are answers
only: no finding is opened, and nothing that was put right before is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from tenure.compliance import queries, rules
from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import sla_of, working_days
from tenure.compliance.models import ComplianceTest, TestResult
from tenure.inventory import queries as inventory
from tenure.lib.actor import Actor
from tenure.lib.clock import now

# Of each thing that failed, by its subject, when it was due.
Answer = Mapping[str, datetime]


def remember(*, actor: Actor) -> None:
    """Give every test an answer for each day before this one; once, before it is asked daily."""
    at = now()
    days = [at - timedelta(days=ago) for ago in range(queries.HISTORY_DAYS, 0, -1)]
    rows = [line.row for line in queries.tests(actor=actor) if line.row.pk]
    asked = [result for row in rows for result in _results(row, days, actor=actor)]
    TestResult.objects.bulk_create(sorted(asked, key=lambda result: result.at), batch_size=500)


def _results(row: ComplianceTest, days: list[datetime], *, actor: Actor) -> Iterator[TestResult]:
    answers = _on_each(days, _question(row, actor=actor))
    for at, due in zip(days, answers, strict=True):
        state = rules.state(is_deactivated=False, problem="", open_findings=len(due))
        overdue = sum(due_at <= at for due_at in due.values())
        yield TestResult(test=row, at=at, state=state, open=len(due), overdue=overdue)


def _question(row: ComplianceTest, *, actor: Actor) -> Callable[[datetime], Answer]:
    """What failed at an instant: accounts that existed by then; of anything else, what began."""
    test, days = catalogue()[row.slug], working_days()
    sla, limits = sla_of(row, test), test.limits(row.thresholds)
    accounts = inventory.present_accounts(actor=actor).values_list("ref", "began_at")
    began = {f"account:{ref}": began_at for ref, began_at in accounts}

    def ask(at: datetime) -> Answer:
        return {
            one.subject: days.due(one.since, days=sla.days, unit=sla.unit)
            for one in test.failing(at, limits)
            if began.get(one.subject, one.since) <= at
        }

    return ask


def _on_each(days: list[datetime], ask: Callable[[datetime], Answer]) -> list[Answer]:
    """The answer on each day. Between two days with the same answer nobody need ask again: what is
    remembered only begins."""
    first, last = ask(days[0]), ask(days[-1])
    answers = [first] * (len(days) - 1) + [last]

    def fill(low: int, high: int) -> None:
        if high - low < 2 or answers[low] == answers[high]:  # noqa: PLR2004 - nothing between
            answers[low + 1 : high] = [answers[low]] * (high - low - 1)
            return
        middle = (low + high) // 2
        answers[middle] = ask(days[middle])
        fill(low, middle)
        fill(middle, high)

    fill(0, len(days) - 1)
    return answers
