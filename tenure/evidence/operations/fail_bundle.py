from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.evidence import queries
from tenure.evidence.models import EvidenceBuild
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def fail_bundle(*, ref: UUID | str, reason: str, actor: Actor) -> EvidenceBuild:
    """Give a bundle up, and say why; what was made of it is no bundle."""
    build = queries.build_to_change(ref, actor=actor)
    if not build.is_open:
        return build
    build.state, build.step, build.reason = EvidenceBuild.State.FAILED, "", reason[:500]
    build.finished_at = now()
    build.save(update_fields=["state", "step", "reason", "finished_at"])
    audit.record(
        "evidence_bundle.failed",
        actor=actor,
        subject=audit.Subject("evidence", str(build.ref)),
        text={"title": build.title, "reason": build.reason},
    )
    return build
