from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import exemption_rules, explaining, queries
from tenure.compliance.deadlines import working_days
from tenure.compliance.models import Exemption, Finding
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users.in_person import check_in_person


@transaction.atomic
def exempt_findings(
    *,
    finding_refs: Sequence[UUID | str],
    reason: str,
    until: date,
    kind: str = "accepted",
    actor: Actor,
) -> list[Exemption]:
    """Accept findings until the end of a day: all of them, or none. Nobody exempts their own."""
    found = queries.findings_to_change(finding_refs, permission="findings.exempt", actor=actor)
    for connection in {str(one.connection.ref) if one.connection else None for one in found}:
        actor.require("findings.exempt", connection=connection)
    check_in_person(actor=actor)
    at, days = now(), working_days()
    exemption_rules.check_exempt(
        states=[one.state for one in found], own=queries.own_of(found, actor=actor)
    )
    exemption_rules.check_terms(kind=kind, reason=reason, until=until, today=days.day_of(at))
    exemptions = Exemption.objects.bulk_create(
        Exemption(
            finding=finding,
            kind=kind,
            reason=reason.strip(),
            until=until,
            ends_at=days.ends(until),
            exempted_at=at,
            exempted_by=actor.label[:100],
            accepted=exemption_rules.accepted(explaining.printed(finding)),
        )
        for finding in found
    )
    Finding.objects.filter(pk__in=[one.pk for one in found]).update(state=Finding.State.EXEMPTED)
    audit.record(
        "findings.exempted",
        actor=actor,
        subject=found[0] if len(found) == 1 else Subject("finding", "several"),
        connection=found[0].connection if len(found) == 1 else None,
        text={"reason": reason},
        kind=kind,
        until=until,
        count=len(found),
        findings=audit.bulk(one.ref for one in found),
    )
    announce("tests.changed")
    return exemptions
