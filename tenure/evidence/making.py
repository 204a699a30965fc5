"""Taking a bundle from what was asked to a finished file; by a job, or by the command line."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tenure.evidence import queries
from tenure.evidence.building import Progress, build
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.operations.fail_bundle import fail_bundle
from tenure.evidence.operations.finish_bundle import finish_bundle
from tenure.evidence.operations.make_key import make_key
from tenure.jobs import fenced
from tenure.lib.actor import Actor
from tenure.lib.errors import DomainError
from tenure.lib.secrets import CannotDecrypt

# Longer than any bundle takes that a command line makes without a job.
_ABANDONED_AFTER = timedelta(hours=6)


def make_bundle(ref: UUID | str, *, actor: Actor) -> EvidenceBuild:
    """Make the bundle, or say why it cannot be made. Called again, it begins anew."""
    row = EvidenceBuild.objects.get(ref=ref)
    if not row.is_open:
        return row
    try:
        made = build(row, key=make_key(actor=actor), progress=_progress_of(row))
        finish_bundle(made=made, actor=actor)
    except DomainError as refusal:
        fail_bundle(ref=ref, reason=str(refusal), actor=actor)
    except CannotDecrypt:
        why = "The key that signs evidence cannot be opened: give its root key, or rotate it."
        fail_bundle(ref=ref, reason=why, actor=actor)
    except OSError as error:
        why = f"Its files cannot be written ({error.strerror}): make room, and create it anew."
        fail_bundle(ref=ref, reason=why, actor=actor)
    row.refresh_from_db()
    return row


def give_up_abandoned(*, task: str, actor: Actor) -> int:
    """Fail what is said to be made and nobody makes any more; how much.

    Its job was tried as often as jobs are, or the process of a command line was killed.
    """
    reason = (
        "The work on it stopped again and again; the server's log says why. Create it anew, and if "
        "that stops too, report it."
    )
    abandoned = queries.abandoned_builds(_ABANDONED_AFTER, task=task, actor=actor)
    for row in abandoned:
        fail_bundle(ref=row.ref, reason=reason, actor=actor)
    return len(abandoned)


def _progress_of(row: EvidenceBuild) -> Progress:
    def progress(step: str, rows: int) -> None:
        with fenced():
            EvidenceBuild.objects.filter(pk=row.pk, state__in=EvidenceBuild.OPEN).update(
                state=EvidenceBuild.State.BUILDING, step=step[:100], rows=rows
            )

    return progress
