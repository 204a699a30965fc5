"""How long a leaving may take: what the test of leavers allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import Sla, sla_of, working_days
from tenure.compliance.models import ComplianceTest

LEAVERS = "leavers-deprovisioned"


def due_at(begins_at: datetime) -> datetime:
    """When everything has to be done of a leaving that begins at an instant."""
    return deadline()(begins_at)


def deadline() -> Callable[[datetime], datetime]:
    """The same for many leavings: what is allowed is looked up once."""
    test = catalogue()[LEAVERS]
    row = ComplianceTest.objects.filter(slug=LEAVERS).first()
    sla = sla_of(row, test) if row else Sla(test.sla_days, test.sla_unit)
    return partial(working_days().due, days=sla.days, unit=sla.unit)
