from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries
from tenure.compliance.deadlines import working_days
from tenure.compliance.exempting import reopen
from tenure.compliance.models import Exemption
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def expire_exemptions(*, actor: Actor) -> int:
    """End what was exempted until a day that is over: those findings are open again. How many."""
    actor.require("tests.run")
    over = queries.exemptions_to_expire(actor=actor)
    if not over:
        return 0
    for exemption in over:
        # Over since its own end, however late we come by.
        exemption.state, exemption.ended_at = Exemption.State.EXPIRED, exemption.ends_at
    reopen(over, days=working_days(), counts_on=True, at=now())
    audit.record(
        "exemptions.expired",
        actor=actor,
        subject=Subject("finding", str(over[0].finding.ref) if len(over) == 1 else "several"),
        count=len(over),
        findings=audit.bulk(exemption.finding.ref for exemption in over),
    )
    announce("tests.changed")
    return len(over)
