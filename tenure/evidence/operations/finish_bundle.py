from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.evidence import queries
from tenure.evidence.building import Made
from tenure.evidence.models import EvidenceBuild, EvidenceBundle
from tenure.jobs import fenced
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict


@transaction.atomic
def finish_bundle(*, made: Made, actor: Actor) -> EvidenceBundle:
    """Keep what the finished file is, for good."""
    actor.require("evidence.create")
    with fenced():
        build = queries.build_to_change(made.build_ref, actor=actor)
        if build.state != EvidenceBuild.State.BUILDING:
            raise Conflict("This bundle is not being made any more.")
        bundle = EvidenceBundle.objects.create(
            build=build,
            file_name=made.file_name,
            sha256=made.sha256,
            manifest_sha256=made.manifest_sha256,
            fingerprint=made.fingerprint,
            size=made.size,
            rows=made.rows,
            exceptions=made.exceptions,
            audit_head=made.audit_head,
            signed_at=made.signed_at,
        )
        build.state, build.step, build.rows = EvidenceBuild.State.FINISHED, "", made.rows
        build.finished_at = now()
        build.save(update_fields=["state", "step", "rows", "finished_at"])
        audit.record(
            "evidence_bundle.built",
            actor=actor,
            subject=audit.Subject("evidence", str(build.ref)),
            text={"title": build.title},
            rows=made.rows,
            sha256=made.sha256,
            manifest=made.manifest_sha256,
            fingerprint=made.fingerprint,
        )
    return bundle
