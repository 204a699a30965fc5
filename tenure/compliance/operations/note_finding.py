from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.compliance import exemption_rules, queries
from tenure.compliance.models import FindingNote
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def note_finding(*, finding_ref: UUID | str, text: str, actor: Actor) -> FindingNote:
    """Leave a note for colleagues. No auditor ever reads it, here or in the audit log."""
    (finding,) = queries.findings_to_change([finding_ref], permission="findings.note", actor=actor)
    exemption_rules.check_note(text)
    note = FindingNote.objects.create(
        finding=finding, text=text.strip(), noted_at=now(), noted_by=actor.label[:100]
    )
    audit.record(
        "finding.noted",
        actor=actor,
        subject=finding,
        connection=finding.connection,
        note=note.ref,
        length=len(note.text),
    )
    return note
