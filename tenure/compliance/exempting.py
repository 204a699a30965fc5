"""What exemptions do to findings, in sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tenure.compliance import exemption_rules
from tenure.compliance.calendar import Unit, WorkingDays
from tenure.compliance.explaining import printed
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
    reopen(over, days=days, counts_on=True)
    return over


def reopen(over: Sequence[Exemption], *, days: WorkingDays, counts_on: bool) -> None:
    """Open the findings of exemptions that are over, due as the rules say: `counts_on` from then,
    or as if there had been no exemption.

    The exemptions come with their findings, and with their own new state.
    """
    findings = []
    for exemption in over:
        finding = exemption.finding
        finding.state = Finding.State.OPEN
        ended_at = exemption.ended_at
        if (
            counts_on
            and ended_at
            and exemption_rules.counts_anew(
                due_at=finding.due_at, exempted_at=exemption.exempted_at
            )
        ):
            finding.reopened_at = ended_at
            finding.due_at = _due(finding, ended_at, days)
        findings.append(finding)
    Exemption.objects.bulk_update(
        over,
        ["state", "ended_at", "withdrawn_by", "withdrawn_reason", "lapsed_because"],
        batch_size=_BATCH,
    )
    Finding.objects.bulk_update(findings, ["state", "reopened_at", "due_at"], batch_size=_BATCH)


def _due(finding: Finding, since: datetime, days: WorkingDays) -> datetime:
    unit: Unit = "business" if finding.sla_unit == "business" else "calendar"
    return days.due(max(finding.since, since), days=finding.sla_days, unit=unit)
