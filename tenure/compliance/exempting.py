"""What exemptions do to findings, in sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tenure.compliance import exemption_rules
from tenure.compliance.calendar import Unit, WorkingDays
from tenure.compliance.models import Exemption, Finding

_BATCH = 500


def reopen(over: Sequence[Exemption], *, days: WorkingDays, ran_out: bool) -> None:
    """Open the findings of exemptions that are over, due as the rules say.

    The exemptions come with their findings, and with their own new state.
    """
    findings = []
    for exemption in over:
        finding = exemption.finding
        finding.state = Finding.State.OPEN
        if ran_out and exemption_rules.counts_anew(
            due_at=finding.due_at, exempted_at=exemption.exempted_at
        ):
            finding.reopened_at = exemption.ends_at
            finding.due_at = _due(finding, exemption.ends_at, days)
        findings.append(finding)
    Exemption.objects.bulk_update(
        over,
        ["state", "ended_at", "withdrawn_by", "withdrawn_reason"],
        batch_size=_BATCH,
    )
    Finding.objects.bulk_update(findings, ["state", "reopened_at", "due_at"], batch_size=_BATCH)


def _due(finding: Finding, since: datetime, days: WorkingDays) -> datetime:
    unit: Unit = "business" if finding.sla_unit == "business" else "calendar"
    return days.due(max(finding.since, since), days=finding.sla_days, unit=unit)
