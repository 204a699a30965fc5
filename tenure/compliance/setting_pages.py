"""What the settings pages of tests and of the calendar show."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from tenure.compliance import queries
from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import sla_of
from tenure.compliance.definition import Definition
from tenure.compliance.holidays import LARGEST_FILE
from tenure.compliance.pages import shown
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound

# One more than is read, so that a larger file is seen to be one.
MOST_BYTES = LARGEST_FILE + 1


def calendar_settings(*, actor: Actor) -> dict[str, Any]:
    """The organization's week and its days off by year."""
    calendar = queries.organization_calendar(actor=actor)
    days = list(queries.holidays(actor=actor))
    years = [(year, list(some)) for year, some in groupby(days, key=lambda one: one.on.year)]
    return {
        "calendar": calendar,
        "years": years,
        "count": len(days),
        "may_change": actor.may("settings.manage"),
    }


def tests_settings(*, actor: Actor) -> dict[str, Any]:
    """Every test with the time it allows and its thresholds."""
    lines = []
    for line in sorted(queries.tests(actor=actor), key=lambda one: one.definition.title):
        limits = line.definition.limits(line.row.thresholds)
        words = [f"{one.label}: {limits[one.name]}" for one in line.definition.thresholds]
        lines.append({**shown(line), "thresholds": words})
    return {"tests": lines}


def definition(slug: str) -> Definition:
    """A test of the catalogue."""
    if found := catalogue().get(slug):
        return found
    raise NotFound(f"There is no test {slug}, or it is not yours to see.")


def test_settings(slug: str, *, actor: Actor) -> dict[str, Any]:
    """How one test is asked."""
    line = queries.test_by_slug(slug, actor=actor)
    sla = sla_of(line.row, line.definition)
    limits = line.definition.limits(line.row.thresholds)
    return {
        **shown(line),
        "chosen": {"sla_days": sla.days, "sla_unit": sla.unit, **limits},
        "may_change": actor.may("settings.manage"),
        "may_deactivate": actor.may("tests.deactivate"),
    }


test_settings.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect
tests_settings.__test__ = False  # type: ignore[attr-defined] # same
