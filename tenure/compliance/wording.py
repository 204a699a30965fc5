"""Findings and tests as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from tenure.compliance import rules
from tenure.compliance.catalog import catalogue
from tenure.compliance.explaining import who
from tenure.compliance.models import Finding, TestState
from tenure.lib.clock import now
from tenure.lib.text import quantity

STATE_TONES = {
    TestState.NEEDS_ATTENTION: ("amber", "alert-circle"),
    TestState.INVALID: ("amber", "help-circle"),
    TestState.OK: ("", "circle-check"),
    TestState.DEACTIVATED: ("", "player-pause"),
    TestState.NOT_APPLICABLE: ("", "minus"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with its words: who or what, and how urgent in a word, an icon and a tone.

    `state` is as the reader sees it: open, exempted or resolved.
    """

    finding: Finding
    title: str
    name: str
    note: str
    kind: str
    url: str
    state: str
    tone: str
    icon: str
    urgency: str


_KINDS = {"account": "Account in", "invitation": "Invitation in", "credential": "Key of"}


def lines(found: Iterable[Finding], *, at: datetime | None = None) -> list[Line]:
    """Dress findings as of an instant; they come with account, person and connection loaded."""
    return [_line(finding, at or now()) for finding in found]


def _line(finding: Finding, at: datetime) -> Line:
    tone, icon, words = _urgency(finding, at)
    kind = finding.subject.partition(":")[0]
    connection = finding.connection.name if finding.connection else ""
    return Line(
        finding=finding,
        title=catalogue()[finding.test.slug].title,
        name=who(finding),
        note=f"{_KINDS[kind]} {connection}" if kind in _KINDS else kind_in_words(kind),
        kind=_symbol(finding, kind),
        url=reverse("compliance:finding", args=[finding.ref]),
        state=state_at(finding, at),
        tone=tone,
        icon=icon,
        urgency=words,
    )


def kind_in_words(kind: str) -> str:
    """`People source`."""
    return kind.replace("_", " ").capitalize()


def _symbol(finding: Finding, kind: str) -> str:
    if kind not in _KINDS:
        return "connection"
    if finding.credential:
        return "key"
    if finding.person:
        return "person"
    return "invitation" if kind == "invitation" else "unlinked"


def state_at(finding: Finding, at: datetime) -> str:
    """The state at an instant; what a query for an auditor found out beside it is believed."""
    if finding.resolved_at is not None and finding.resolved_at <= at:
        return Finding.State.RESOLVED
    was_exempted = getattr(finding, "was_exempted", finding.state == Finding.State.EXEMPTED)
    return Finding.State.EXEMPTED if was_exempted else Finding.State.OPEN


def _urgency(finding: Finding, at: datetime) -> tuple[str, str, str]:
    """Overdue is red, due within a day is amber, the rest waits without a colour."""
    state = state_at(finding, at)
    if state == Finding.State.EXEMPTED:
        until = getattr(finding, "exempted_until", None)
        return "", "player-pause", f"Exempted to {until.day} {until:%b}" if until else "Exempted"
    if state == Finding.State.RESOLVED:
        late = finding.resolved_at is not None and finding.resolved_at > finding.due_at
        return "", "circle-check", "Resolved late" if late else "Resolved in time"
    match rules.due_state(due_at=finding.due_at, now=at):
        case "overdue":
            return "red", "alert-circle", overdue(finding.due_at, at)
        case "due_soon":
            due_at = finding.due_at.astimezone(ZoneInfo(settings.TENURE_TIME_ZONE))
            return "amber", "clock", f"Due {due_at.day} {due_at:%b %H:%M}"
        case _:
            return "amber", "clock", f"Due {finding.due_at.day} {finding.due_at:%b}"


def overdue(due_at: datetime, at: datetime) -> str:
    """`Overdue 3 days`, or hours within the first day; `Overdue now` within the first hour."""
    late = at - due_at
    if late >= timedelta(days=1):
        return f"Overdue {late.days} day{'s' if late.days != 1 else ''}"
    hours = int(late.total_seconds() // 3600)
    return f"Overdue {hours} h" if hours else "Overdue now"


def coverage(counts: Mapping[str, Any]) -> str:
    """`Of 260 accounts 248 judged, 9 unlinked, 3 exempted.`"""
    rest = dict(counts)
    if not rest:
        return "Nothing judged yet."
    what, of = rest.pop("what"), rest.pop("of")
    counted = quantity(of, what.replace("accounts", "account").removesuffix("s"), what)
    named = [f"{count:,} {name}" for name, count in rest.items() if count or name == "judged"]
    return f"Of {counted} {', '.join(named)}."


def urgency(finding: Finding, *, at: datetime | None = None) -> str:
    """due, due_soon or overdue, at an instant or now; empty when it is not open."""
    at = at or now()
    if state_at(finding, at) != Finding.State.OPEN:
        return ""
    return rules.due_state(due_at=finding.due_at, now=at)
