from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.evidence import queries, rules
from tenure.evidence.keeping import file_of
from tenure.evidence.models import EvidenceBuild
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound


@dataclass(frozen=True, slots=True)
class Download:
    """The file of a bundle, and the name it is saved by."""

    build: EvidenceBuild
    path: Path
    name: str


@transaction.atomic
def download_bundle(*, ref: UUID | str, actor: Actor) -> Download:
    """Hand a finished bundle out, and remember to whom."""
    build = queries.build_by_ref(ref, actor=actor)
    rules.check_finished(state=build.state)
    path = file_of(build)
    if not path.is_file():
        raise NotFound("Its file is not on this machine any more; create the bundle anew.")
    audit.record(
        "evidence_bundle.downloaded",
        actor=actor,
        subject=audit.Subject("evidence", str(build.ref)),
        text={"title": build.title},
        sha256=build.bundle.sha256,
    )
    return Download(build, path, build.bundle.file_name)
