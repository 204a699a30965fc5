"""What the pages of tests show, read for one actor."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from statistics import median
from typing import Any

from django.db.models import Q
from django.urls import reverse

from tenure.compliance import queries, wording
from tenure.compliance.catalog import catalogue
from tenure.compliance.controls import CONTROLS
from tenure.compliance.models import Finding, TestState
from tenure.compliance.queries import TestLine
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.paging import Sort, page
from tenure.lib.text import quantity

BY_URGENCY = Sort("due", ("due_at",))
LATEST_FIRST = Sort("resolved", ("-resolved_at",))
_WINDOW = timedelta(days=queries.HISTORY_DAYS)


def tests_page(*, actor: Actor) -> dict[str, Any]:
    """Tests grouped by state, each with its ninety days."""
    histories = queries.histories(actor=actor)
    lines = [_shown(line, histories) for line in queries.tests(actor=actor)]
    groups = [
        {"label": TestState(state).label, "tests": list(some)}
        for state, some in groupby(lines, key=lambda shown: shown["line"].row.state)
    ]
    ran = [shown["line"].row.ran_at for shown in lines if shown["line"].row.ran_at]
    return {"groups": groups, "ran_at": max(ran, default=None), "count": len(lines)}


def _shown(line: TestLine, histories: dict[int, list[queries.Day]]) -> dict[str, Any]:
    days = histories.get(line.row.pk, [])
    tone, icon = wording.STATE_TONES[TestState(line.row.state)]
    if line.overdue:
        tone = "red"
    return {
        "line": line,
        "state": TestState(line.row.state).label,
        "tone": tone,
        "icon": icon,
        "coverage": coverage_in_words(line),
        "history": [(day.on, day.kind, day.open) for day in days],
    }


def coverage_in_words(line: TestLine) -> str:
    """`Of 260 accounts 248 judged, 9 unlinked, 3 exempted.`"""
    coverage = dict(line.row.coverage)
    if not coverage:
        return "Nothing judged yet."
    what, of = coverage.pop("what"), coverage.pop("of")
    counted = quantity(of, what.removesuffix("s"), what)
    rest = [f"{count:,} {name}" for name, count in coverage.items() if count or name == "judged"]
    return f"Of {counted} {', '.join(rest)}."


def test_page(slug: str, *, show: str, cursor: str, actor: Actor) -> dict[str, Any]:
    """One test: its answer, its history, its findings."""
    line = queries.test_by_slug(slug, actor=actor)
    show = show or "current"
    found = queries.findings(actor=actor).filter(test__slug=slug)
    resolved = queries.resolutions(slug, within=_WINDOW, actor=actor)
    sort = LATEST_FIRST if show == "resolved" else BY_URGENCY
    some = page(
        found.filter(_chip(show)), sort=sort, cursor=cursor, filters={"slug": slug, "show": show}
    )
    return {
        **_shown(line, queries.histories(actor=actor)),
        "chips": _chips(line, show=show, resolved=len(resolved)),
        "findings": wording.lines(some.rows),
        "page": some,
        "show": show,
        "resolved_count": len(resolved),
        "late": sum(one.is_late for one in resolved),
        "median": _typical(resolved),
        "controls": [CONTROLS[control] for control in line.definition.controls],
    }


test_page.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect


def _chip(show: str) -> Q:
    at = now()
    match show:
        case "overdue":
            return Q(state=Finding.State.OPEN, due_at__lte=at)
        case "due":
            return Q(state=Finding.State.OPEN, due_at__gt=at)
        case "exempted":
            return Q(state=Finding.State.EXEMPTED)
        case Finding.State.RESOLVED:
            return Q(state=Finding.State.RESOLVED, resolved_at__gte=at - _WINDOW)
        case _:
            return ~Q(state=Finding.State.RESOLVED)


def _chips(line: TestLine, *, show: str, resolved: int) -> list[dict[str, Any]]:
    counts = (
        ("current", "All current", line.open + line.exempted),
        ("overdue", "Overdue", line.overdue),
        ("due", "Due", line.open - line.overdue),
        ("exempted", "Exempted", line.exempted),
        ("resolved", "Resolved", resolved),
    )
    here = reverse("compliance:test", args=[line.slug])
    return [
        {"label": label, "url": f"{here}?show={name}", "count": count, "current": name == show}
        for name, label, count in counts
        if count or name in ("current", show)
    ]


def _typical(resolved: list[queries.Resolution]) -> str:
    if not resolved:
        return "Unknown"
    hours = median(one.hours for one in resolved)
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"  # noqa: PLR2004 - three days


def finding_page(ref: str, *, actor: Actor) -> dict[str, Any]:
    """One finding and every input its verdict rests on."""
    finding: Finding = queries.finding_by_ref(ref, actor=actor)
    (line,) = wording.lines([finding])
    return {
        "line": line,
        "finding": finding,
        "definition": catalogue()[finding.test.slug],
        "inputs": finding.why.get("inputs", []),
    }
