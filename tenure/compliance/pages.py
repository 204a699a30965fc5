"""What the pages of tests and findings show, read for one actor."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import groupby
from statistics import median
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from tenure.compliance import explaining, queries, wording
from tenure.compliance.catalog import catalogue
from tenure.compliance.controls import CONTROLS
from tenure.compliance.deadlines import sla_of
from tenure.compliance.inputs import account_page, key_page, shown_inputs
from tenure.compliance.models import Exemption, Finding, TestState
from tenure.compliance.queries import TestLine, WorkAsked
from tenure.connections.catalogue import members_page
from tenure.inventory.shell import may_sync
from tenure.lib.actor import Actor

_WINDOW = timedelta(days=queries.HISTORY_DAYS)
_EXEMPTIONS_SHOWN = 12


def tests_page(*, actor: Actor) -> dict[str, Any]:
    """Tests grouped by state, each with its ninety days."""
    histories = queries.histories(actor=actor)
    lines = [shown(line, histories) for line in queries.tests(actor=actor)]
    groups = [
        {"label": TestState(state).label, "tests": list(some)}
        for state, some in groupby(lines, key=lambda shown: shown["line"].row.state)
    ]
    ran = [shown["line"].row.ran_at for shown in lines if shown["line"].row.ran_at]
    return {"groups": groups, "ran_at": max(ran, default=None), "count": len(lines)}


def shown(line: TestLine, histories: dict[int, list[queries.Day]] | None = None) -> dict[str, Any]:
    """A test with its words."""
    days = (histories or {}).get(line.row.pk, [])
    tone, icon = wording.STATE_TONES[TestState(line.row.state)]
    if line.overdue:
        tone = "red"
    return {
        "line": line,
        "state": TestState(line.row.state).label,
        "tone": tone,
        "icon": icon,
        "coverage": wording.coverage(line.row.coverage),
        "history": [(day.on, day.kind, day.open) for day in days],
        "days": days,
        "sla": str(sla_of(line.row, line.definition)),
    }


def test_page(slug: str, *, show: str, cursor: str, actor: Actor) -> dict[str, Any]:
    """One test: its answer, its history, its findings and what was accepted."""
    line = queries.test_by_slug(slug, actor=actor)
    show = show or "current"
    resolved = queries.resolutions(slug, within=_WINDOW, actor=actor)
    some = queries.work_page(WorkAsked(show=show, test=slug, cursor=cursor), actor=actor)
    return {
        **shown(line, queries.histories(actor=actor)),
        "chips": _chips(line, show=show, resolved=len(resolved)),
        "findings": wording.lines(some.rows, at=queries.seen_until(actor)),
        "page": some,
        "show": show,
        "download": f"?{urlencode({'test': slug, 'show': show})}",
        "resolved_count": len(resolved),
        "late": sum(one.is_late for one in resolved),
        "median": _typical(resolved),
        "controls": [CONTROLS[control] for control in line.definition.controls],
        "as_of": queries.as_of(actor),
    }


test_page.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect


def beside_test(slug: str, *, actor: Actor) -> dict[str, Any]:
    """What stands beside a test's findings: what was accepted, and who is told."""
    line = queries.test_by_slug(slug, actor=actor)
    accepted = queries.exemptions(actor=actor).filter(finding__test__slug=slug)
    told = queries.subscribers_of(line.row, actor=actor) if line.row.pk else []
    return {
        "slug": slug,
        "exemptions": exemption_lines(accepted[:_EXEMPTIONS_SHOWN], actor=actor),
        "subscribers": [one.user for one in told],
        "may_subscribe": actor.may_somewhere("tests.subscribe"),
    }


def exemption_lines(some: Any, *, actor: Actor) -> list[dict[str, Any]]:  # noqa: ANN401 - a slice of rows
    """Exemptions as this reader sees them: what ended after an auditor's window had not ended."""
    at = queries.seen_until(actor)
    lines = []
    for exemption in some:
        is_over = exemption.ended_at is not None and exemption.ended_at <= at
        state = Exemption.State(exemption.state) if is_over else Exemption.State.ACTIVE
        lines.append(
            {
                "exemption": exemption,
                "is_over": is_over,
                "is_withdrawn": state == Exemption.State.WITHDRAWN,
                "state": state.label,
                "who": explaining.who(exemption.finding),
                "url": reverse("compliance:finding", args=[exemption.finding.ref]),
            }
        )
    return lines


def _chips(line: TestLine, *, show: str, resolved: int) -> list[dict[str, Any]]:
    counts = {
        "current": line.open + line.exempted,
        "overdue": line.overdue,
        "due": line.open - line.overdue,
        "exempted": line.exempted,
        "resolved": resolved,
    }
    here = reverse("compliance:test", args=[line.slug])
    return [
        {
            "label": label,
            "url": f"{here}?show={name}",
            "count": counts[name],
            "current": name == show,
        }
        for name, label in queries.TEST_FILTERS.items()
        if counts[name] or name in ("current", show)
    ]


def _typical(resolved: list[queries.Resolution]) -> str:
    if not resolved:
        return "Unknown"
    hours = median(one.hours for one in resolved)
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"  # noqa: PLR2004 - three days


def finding_page(ref: str, *, actor: Actor) -> dict[str, Any]:
    """One finding, why in a sentence, and every input its verdict rests on."""
    finding: Finding = queries.finding_by_ref(ref, actor=actor)
    at = queries.seen_until(actor)
    (line,) = wording.lines([finding], at=at)
    connection = str(finding.connection.ref) if finding.connection else None
    accepted = queries.exemptions(actor=actor).filter(finding=finding)
    exemptions = exemption_lines(accepted, actor=actor)
    may = {
        f"may_{verb}": actor.may(f"findings.{verb}", connection=connection)
        for verb in ("exempt", "assign", "note")
    }
    return {
        "line": line,
        "finding": finding,
        "definition": catalogue()[finding.test.slug],
        "sentence": explaining.sentence(finding, at=at),
        "verdict": explaining.recomputed(finding, at=at),
        "inputs": shown_inputs(finding, actor=actor),
        "key_page": key_page(finding, actor=actor),
        "account_page": account_page(finding, actor=actor),
        "sees_people": actor.may_somewhere("people.view"),
        "printed": json.dumps(finding.why, indent=1, ensure_ascii=False),
        "unit": "business day" if finding.sla_unit == "business" else "day",
        "exemption": next((one for one in exemptions if not one["is_over"]), None),
        "past_exemptions": [one for one in exemptions if one["is_over"]],
        "notes": queries.notes_of(finding, actor=actor),
        "sees_owner": actor.window is None,
        "as_of": queries.as_of(actor),
        "members_page": _members_page(finding, actor=actor),
        "may_sync": finding.connection is not None and may_sync(actor, finding.connection),
        **may,
    }


def _members_page(finding: Finding, *, actor: Actor) -> str:
    """Where whoever works on it takes the account or the invitation away, while it is there."""
    is_of_members = finding.subject.startswith(("account:", "invitation:"))
    if finding.connection is None or not is_of_members or actor.window is not None:
        return ""
    return "" if finding.resolved_at else members_page(finding.connection)


def controls_page(*, actor: Actor) -> dict[str, Any]:
    """What the frameworks demand, which tests speak to it, and how they stand."""
    lines = [shown(line) for line in queries.tests(actor=actor)]
    controls = [
        {
            "name": name,
            "demand": demand,
            "tests": [one for one in lines if key in one["line"].definition.controls],
        }
        for key, (name, demand) in CONTROLS.items()
    ]
    frameworks = groupby(controls, key=lambda one: str(one["name"]).rpartition(" ")[0])
    return {"frameworks": [(name, list(some)) for name, some in frameworks]}
