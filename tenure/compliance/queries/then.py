"""Findings as they stood at the instant whose state a reader sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tenure.compliance.models import Finding, FindingBefore
from tenure.lib.actor import Actor
from tenure.lib.clock import now


def seen_until(actor: Actor) -> datetime:
    """The instant whose state this reader sees: now, or the last of their window."""
    return now() if actor.window is None else min(now(), actor.window[1] - timedelta.resolution)


def as_of(actor: Actor) -> datetime | None:
    """The instant whose state this reader sees, where it is not this one."""
    return seen_until(actor) if actor.window and actor.window[1] <= now() else None


def due_then(actor: Actor) -> Combinable:
    """When a finding was due, for all that was known at that instant."""
    if (at := as_of(actor)) is None:
        return F("due_at")
    said = _said_at(at).filter(finding=OuterRef("pk"))
    return Coalesce(Subquery(said.values("due_at")[:1]), F("due_at"))


def as_they_were(found: Iterable[Finding], *, actor: Actor) -> list[Finding]:
    """These findings with the inputs, person and due date that they had at that instant.

    One query for an auditor whose window is over, none for anybody else.
    """
    findings, at = list(found), as_of(actor)
    if at is None or not findings:
        return findings
    said = _said_at(at).select_related("person").filter(finding__in=findings)
    # Backwards, so that of several the first one stays.
    then = {before.finding_id: before for before in reversed(said)}
    for finding in findings:
        if before := then.get(finding.pk):
            finding.why, finding.person = before.why, before.person
            finding.since, finding.due_at = before.since, before.due_at
    return findings


def _said_at(at: datetime) -> QuerySet[FindingBefore]:
    """What moved later, the next move first."""
    return FindingBefore.objects.filter(until__gt=at).order_by("until", "id")
