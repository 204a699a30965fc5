"""Do we still hear who comes and goes?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.standing import day, moment
from tenure.lib.text import quantity
from tenure.people.models import PeopleSource, Person


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """People sources that were not read within their interval."""
    for source in _sources():
        read_at = source.last_read_at
        inputs = (
            Input("People source", source.name, "Tenure"),
            Input("Last read at", read_at.isoformat() if read_at else None, source.name, read_at),
            Input("Days between reads", source.expected_days, "settings"),
        )
        if verdict({one.name: one.value for one in inputs}, at):
            yield Failing(
                subject=f"people_source:{source.ref}",
                since=read_at + timedelta(days=source.expected_days) if read_at else at,
                is_at_the_latest=read_at is None,
                inputs=inputs,
            )


def _sources() -> QuerySet[PeopleSource]:
    """What somebody types has no interval."""
    return PeopleSource.objects.exclude(kind=PeopleSource.Kind.MANUAL).order_by("id")


def coverage(_at: datetime, _limits: Limits) -> Coverage:
    count = _sources().count()
    return Coverage(of=count, judged=count, what="people sources", hint="import your people")


def not_applicable(_at: datetime, _limits: Limits) -> str:
    if not _sources().exists() and Person.objects.exists():
        return "People are kept by hand: there is no source that could be late."
    return ""


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    read_at = moment(inputs["Last read at"])
    return read_at is None or at - read_at > timedelta(days=inputs["Days between reads"])


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    days = quantity(inputs["Days between reads"], "day")
    read_at = inputs["Last read at"]
    if read_at is None:
        return f"The people source {who} has never been read."
    return f"The people source {who} was last read on {day(read_at)}; it should be every {days}."


TEST = Definition(
    slug="people-fresh",
    title="People sources are read on time",
    question="Was every source of people read within its interval?",
    why_it_matters=(
        "Who has left is known only from these sources. While one is silent, every answer about "
        "people is a guess."
    ),
    how_to_fix=(
        "Import the file again, or look at what your directory last pushed",
        "If the source is no longer used, remove it; if it speaks less often, say so",
        "The next run closes the finding",
    ),
    rule="Each people source was read within the days it says for itself.",
    sla_days=3,
    sla_unit="calendar",
    controls=("SOC2:CC6.2", "ISO27001:A.5.16", "NIST:AC-2"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    not_applicable=not_applicable,
    collections=(),
    needs_people=False,
    needs_connections=False,
)
