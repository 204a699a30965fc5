from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid
from tenure.provisioning import queries, rules
from tenure.provisioning.models import OperationProof, OperationStep, ProvisioningOperation
from tenure.provisioning.saying import behind, move


@dataclass(frozen=True)
class ProofFile:
    """What shows it: a screenshot, a letter, an export. What kind it is, its content says."""

    name: str
    content: bytes


@transaction.atomic
def prove_operation(
    *, ref: UUID | str, note: str, files: tuple[ProofFile, ...] = (), actor: Actor
) -> ProvisioningOperation:
    """Say that something was done by hand, and show it. Another person or a sync verifies it."""
    operation = queries.operation_to_change(ref, actor=actor, permission="provisioning.view")
    is_theirs = operation.assignee is not None and str(operation.assignee.ref) == actor.user_id
    if not is_theirs:
        connection = operation.connection
        actor.require("provisioning.run", connection=str(connection.ref) if connection else None)
    if operation.mode != operation.Mode.MANUAL:
        raise Conflict(f"{operation.label} is Tenure's to do; there is nothing to prove by hand.")
    rules.check_verb("prove", operation.state, label=operation.label)
    note = rules.check_reason(note)
    if operation.target_kind == operation.Kind.OTHER:
        rules.check_can_be_checked(prover=behind(actor))
    at = now()
    for file in files:
        if len(file.content) > OperationProof.MOST_BYTES:
            raise Invalid(f"{file.name} is larger than 5 MB; choose a smaller file.", field="files")
        content_type = rules.check_proof(file.name, file.content)
        OperationProof.objects.create(
            operation=operation,
            name=file.name[:200],
            content_type=content_type,
            content=file.content,
            sha256=hashlib.sha256(file.content).hexdigest(),
            added_by=actor.label[:100],
            added_at=at,
        )
    move(
        operation,
        ProvisioningOperation.State.DONE,
        kind=OperationStep.Kind.PROVEN,
        actor=actor,
        text=note,
        detail={"files": [hashlib.sha256(file.content).hexdigest() for file in files]},
        done_at=at,
        approved_by_person=behind(actor),
        approved_by=actor.label[:100],
    )
    audit.record(
        "operation.proven",
        actor=actor,
        subject=operation,
        connection=operation.connection,
        text={"label": operation.label, "note": note},
        files=len(files),
    )
    return operation
