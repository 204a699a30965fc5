"""Findings and tests as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from tenure.compliance import rules
from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding, TestState
from tenure.lib.clock import now

STATE_TONES = {
    TestState.NEEDS_ATTENTION: ("amber", "alert-circle"),
    TestState.INVALID: ("amber", "help-circle"),
    TestState.OK: ("", "circle-check"),
    TestState.DEACTIVATED: ("", "player-pause"),
    TestState.NOT_APPLICABLE: ("", "minus"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with its words: who or what, and how urgent in a word, an icon and a tone."""

    finding: Finding
    title: str
    name: str
    note: str
    kind: str
    url: str
    tone: str
    icon: str
    urgency: str


def lines(found: Iterable[Finding]) -> list[Line]:
    """Dress findings; they come with their account, person and connection loaded."""
    at = now()
    return [_line(finding, at) for finding in found]


def _line(finding: Finding, at: datetime) -> Line:
    tone, icon, urgency = _urgency(finding, at)
    kind = finding.subject.partition(":")[0]
    subject = finding.person or finding.account
    connection = finding.connection.name if finding.connection else ""
    return Line(
        finding=finding,
        title=catalogue()[finding.test.slug].title,
        name=str(subject) if subject else finding.subject,
        note=f"{'Invitation' if kind == 'invitation' else 'Account'} in {connection}",
        kind="person" if finding.person else "invitation" if kind == "invitation" else "unlinked",
        url=reverse("compliance:finding", args=[finding.ref]),
        tone=tone,
        icon=icon,
        urgency=urgency,
    )


def _urgency(finding: Finding, at: datetime) -> tuple[str, str, str]:
    """Overdue is red, due within a day is amber, the rest waits without a colour."""
    if finding.state == Finding.State.EXEMPTED:
        return "", "player-pause", "Exempted"
    if finding.state == Finding.State.RESOLVED:
        late = finding.resolved_at is not None and finding.resolved_at > finding.due_at
        return "", "circle-check", "Resolved late" if late else "Resolved in time"
    match rules.due_state(due_at=finding.due_at, now=at):
        case "overdue":
            return "red", "alert-circle", overdue(finding.due_at, at)
        case "due_soon":
            return "amber", "clock", f"Due {finding.due_at:%d %b %H:%M}"
        case _:
            return "amber", "clock", f"Due {finding.due_at.day} {finding.due_at:%b}"


def overdue(due_at: datetime, at: datetime) -> str:
    """`Overdue 3 days`, or hours within the first day."""
    late = at - due_at
    if late >= timedelta(days=1):
        return f"Overdue {late.days} day{'s' if late.days != 1 else ''}"
    return f"Overdue {int(late.total_seconds() // 3600)} h"


def urgency(finding: Finding) -> str:
    """due, due_soon or overdue, as of now; empty when it is not open."""
    if finding.state != Finding.State.OPEN:
        return ""
    return rules.due_state(due_at=finding.due_at, now=now())
