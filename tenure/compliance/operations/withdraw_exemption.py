from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.compliance import exemption_rules, queries
from tenure.compliance.deadlines import working_days
from tenure.compliance.exempting import reopen
from tenure.compliance.models import Exemption
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def withdraw_exemption(*, finding_ref: UUID | str, reason: str, actor: Actor) -> Exemption:
    """Take an exemption back: the finding is open again, due as if it had never been exempted."""
    (finding,) = queries.findings_to_change(
        [finding_ref], permission="findings.exempt", actor=actor
    )
    exemption = queries.exemption_to_withdraw(finding, actor=actor)
    exemption_rules.check_withdraw(
        is_active=exemption.state == Exemption.State.ACTIVE, reason=reason
    )
    at = now()
    exemption.state, exemption.ended_at = Exemption.State.WITHDRAWN, at
    exemption.withdrawn_by, exemption.withdrawn_reason = actor.label[:100], reason.strip()
    reopen([exemption], days=working_days(), counts_on=False, at=at)
    audit.record(
        "exemption.withdrawn",
        actor=actor,
        subject=finding,
        connection=finding.connection,
        text={"reason": reason},
        before="exempted",
        after="open",
    )
    announce("tests.changed")
    return exemption
