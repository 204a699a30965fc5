from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries
from tenure.compliance.models import Finding
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid


@transaction.atomic
def assign_findings(
    *, finding_refs: Sequence[UUID | str], owner_email: str, actor: Actor
) -> list[Finding]:
    """Say who works on these findings; an empty address says nobody does."""
    found = queries.findings_to_change(finding_refs, permission="findings.assign", actor=actor)
    if not found:
        raise Invalid("Choose at least one finding.")
    connections = {str(one.connection.ref) if one.connection else None for one in found}
    for connection in connections:
        actor.require("findings.assign", connection=connection)
    owner = None
    if owner_email.strip():
        owner = queries.colleague_by_email(owner_email, connections=connections, actor=actor)
    before = sorted({str(one.owner.ref) for one in found if one.owner})
    Finding.objects.filter(pk__in=[one.pk for one in found]).update(owner=owner)
    for one in found:
        one.owner = owner
    audit.record(
        "findings.assigned",
        actor=actor,
        subject=found[0] if len(found) == 1 else Subject("finding", "several"),
        connection=found[0].connection if len(found) == 1 else None,
        text={"owner": str(owner) if owner else "nobody"},
        before=before,
        after=owner.ref if owner else None,
        count=len(found),
        findings=audit.bulk(one.ref for one in found),
    )
    return found
