"""Did people look at who has access, and lately enough?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits, Threshold
from tenure.compliance.population import judged_connections
from tenure.compliance.standing import day, moment
from tenure.connections.models import Connection
from tenure.reviews.models import Campaign

_LAST = "Last review completed at"
_SINCE = "Connected at"
_DAYS = "Days allowed"


def failing(at: datetime, limits: Limits) -> Iterator[Failing]:
    """Connections whose last completed review of all access is longer ago than its period, counted
    from when they were connected where there was none."""
    for connection, last in _with_last():
        since = last or connection.connected_at or connection.created_at
        inputs = (
            Input(_LAST, last.isoformat() if last else None, "Tenure", last),
            Input(_SINCE, since.isoformat() if last is None else None, "Tenure"),
            Input(_DAYS, limits["days"], "settings"),
        )
        if verdict({one.name: one.value for one in inputs}, at):
            yield Failing(
                subject=f"connection:{connection.ref}:review",
                since=since + timedelta(days=limits["days"]),
                connection_id=connection.pk,
                inputs=inputs,
            )


def _with_last() -> list[tuple[Connection, datetime | None]]:
    done = Q(campaigns__state=Campaign.State.COMPLETED, campaigns__scope=Campaign.Scope.ALL)
    last = Max("campaigns__completed_at", filter=done)
    return [
        (one, one.last_review_at)
        for one in judged_connections().annotate(last_review_at=last).order_by("id")
    ]


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = judged_connections().count()
    return Coverage(of=count, judged=count, what="connections")


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    """Failing when the last review, or the beginning where there was none, is too long ago."""
    since = moment(inputs[_LAST]) or moment(inputs[_SINCE])
    return since is None or at - since > timedelta(days=inputs[_DAYS])


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    if inputs[_LAST]:
        return f"The access of {who} was last reviewed on {day(inputs[_LAST])}."
    return f"The access of {who} was never reviewed since it was connected."


TEST = Definition(
    slug="reviews-on-time",
    title="OpenAI access is reviewed on time",
    question="Was all access of each connection reviewed within its period?",
    why_it_matters=(
        "Access that nobody looks at only grows. Auditors ask first when it was last reviewed, and "
        "a review that is late is an exception in the report."
    ),
    how_to_fix=(
        "Draft a campaign of the connection with all its access, and stage it",
        "Open it, and remind whoever has something left",
        "Close it: the finding is closed when what was decided to go is gone",
        "Let it recur, so that the next one is drafted by itself",
    ),
    rule=(
        "A campaign of all access was completed within the days allowed; of a connection that has "
        "had none, they are counted from when it was connected."
    ),
    sla_days=14,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2", "PCI:7.2.4"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    thresholds=(Threshold("days", "Days between reviews", usual=90, least=7, most=400),),
    collections=(),
    needs_people=False,
)
