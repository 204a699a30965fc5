"""What exemptions do to findings, in sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tenure.compliance import exemption_rules
from tenure.compliance.calendar import Unit, WorkingDays
from tenure.compliance.explaining import printed
from tenure.compliance.keeping import keep_as_they_were
from tenure.compliance.models import Exemption, Finding

_BATCH = 500


def lapse(findings: Sequence[Finding], *, days: WorkingDays, at: datetime) -> list[Exemption]:
    """End exemptions of findings that fail otherwise than was accepted, and open these."""
    standing = {one.pk: one for one in findings if one.state == Finding.State.EXEMPTED}
    over = []
    for exemption in Exemption.objects.filter(finding__in=standing, state=Exemption.State.ACTIVE):
        exemption.finding = standing[exemption.finding_id]
        because = exemption_rules.no_longer_covers(exemption.accepted, printed(exemption.finding))
        if because:
            exemption.state, exemption.ended_at = Exemption.State.LAPSED, at
            exemption.lapsed_because = because
            over.append(exemption)
    reopen(over, days=days, counts_on=True, at=at)
    return over


def reopen(over: Sequence[Exemption], *, days: WorkingDays, counts_on: bool, at: datetime) -> None:
    """Open the findings of exemptions that are over, due as the rules say: `counts_on` from their
    end, or as if there had been no exemption.

    The exemptions come with their findings, and with their own new state.
    """
    findings = [exemption.finding for exemption in over]
    anew = [
        (exemption.finding, exemption.ended_at)
        for exemption in over
        if counts_on
        and exemption.ended_at
        and exemption_rules.counts_anew(
            due_at=exemption.finding.due_at, exempted_at=exemption.exempted_at
        )
    ]
    keep_as_they_were([finding for finding, _ in anew], until=at)
    for finding, ended_at in anew:
        finding.reopened_at = ended_at
        finding.due_at = _due(finding, ended_at, days)
    for finding in findings:
        finding.state = Finding.State.OPEN
    Exemption.objects.bulk_update(
        over,
        ["state", "ended_at", "withdrawn_by", "withdrawn_reason", "lapsed_because"],
        batch_size=_BATCH,
    )
    Finding.objects.bulk_update(findings, ["state", "reopened_at", "due_at"], batch_size=_BATCH)


def _due(finding: Finding, since: datetime, days: WorkingDays) -> datetime:
    unit: Unit = "business" if finding.sla_unit == "business" else "calendar"
    return days.due(max(finding.since, since), days=finding.sla_days, unit=unit)
