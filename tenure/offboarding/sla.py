"""How long a leaving may take: what the test of leavers allows."""

from __future__ import annotations

from datetime import datetime

from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import Sla, sla_of, working_days
from tenure.compliance.models import ComplianceTest

LEAVERS = "leavers-deprovisioned"


def due_at(begins_at: datetime) -> datetime:
    """When everything has to be done of a leaving that begins at an instant."""
    test = catalogue()[LEAVERS]
    row = ComplianceTest.objects.filter(slug=LEAVERS).first()
    sla = sla_of(row, test) if row else Sla(test.sla_days, test.sla_unit)
    return working_days().due(begins_at, days=sla.days, unit=sla.unit)
