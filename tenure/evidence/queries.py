"""Reading evidence: whoever may see it sees what covers no more than they may see.

An auditor sees bundles of days within their observation window; everybody sees their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.evidence.models import EvidenceBuild, EvidenceKey, EvidenceScope
from tenure.jobs.models import Job
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound


def builds(*, actor: Actor) -> QuerySet[EvidenceBuild]:
    """Bundles, finished or not, the newest first."""
    if not actor.may_somewhere("evidence.view"):
        return EvidenceBuild.objects.none()
    found = EvidenceBuild.objects.select_related("bundle").order_by("-requested_at", "-id")
    held = actor.connections_where("evidence.view")
    seen = Q()
    if held is not None:
        others = EvidenceScope.objects.filter(build=OuterRef("pk")).exclude(connection_ref__in=held)
        seen &= Q(is_of_everything=False) & ~Q(Exists(others))
    if actor.window is not None:
        first, until = actor.window
        begins = Q(begins_at__gte=first) | Q(begins_at=None, ends_at__gte=first)
        seen &= begins & Q(ends_at__lte=until)
    own = Q(requested_by_user=actor.user_id) if actor.user_id else Q(pk=None)
    return found.filter(seen | own) if seen else found


def build_by_ref(ref: UUID | str, *, actor: Actor) -> EvidenceBuild:
    try:
        found = builds(actor=actor).filter(ref=UUID(str(ref))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("There is no such bundle, or it is not yours to see.")
    return found


def build_to_change(ref: UUID | str, *, actor: Actor) -> EvidenceBuild:
    """Fetch and lock."""
    actor.require("evidence.create")
    found = EvidenceBuild.objects.select_for_update().filter(ref=ref).first()
    if found is None:
        raise NotFound("There is no such bundle.")
    return found


def open_builds(*, actor: Actor) -> int:
    """How many of this actor's bundles are not finished yet."""
    mine = EvidenceBuild.objects.filter(state__in=EvidenceBuild.OPEN, requested_by=actor.label)
    return mine.count()


def abandoned_builds(after: timedelta, *, task: str, actor: Actor) -> list[EvidenceBuild]:
    """What is open with nobody who goes on with it: the jobs of that `task` for it have failed, or
    there is none and it was asked for that long ago.
    """
    actor.require("evidence.create")
    still_open = EvidenceBuild.objects.filter(state__in=EvidenceBuild.OPEN).order_by("pk")
    long_ago = now() - after
    return [
        build
        for build in still_open
        if _is_abandoned(build, set(_states_of_jobs(f"{task}:{build.ref}")), long_ago=long_ago)
    ]


def _states_of_jobs(lock: str) -> Iterable[str]:
    return Job.objects.filter(lock=lock).values_list("state", flat=True)


def _is_abandoned(build: EvidenceBuild, jobs: set[str], *, long_ago: datetime) -> bool:
    if jobs & {Job.State.QUEUED, Job.State.RUNNING}:
        return False
    return Job.State.FAILED in jobs or build.requested_at < long_ago


def keys(*, actor: Actor | None) -> list[EvidenceKey]:
    """Every key that ever signed, the one in force first: for everybody, signed in or not."""
    del actor  # a public key is for the public
    return list(EvidenceKey.objects.order_by("-valid_from", "-id"))


def key_in_force(*, actor: Actor) -> EvidenceKey | None:
    """The key that signs today; None before the first bundle."""
    del actor  # as above
    return EvidenceKey.objects.filter(valid_until=None).first()


def sealed_evidence_keys(*, actor: Actor) -> QuerySet[EvidenceKey]:
    """Keys that can sign, locked, to be moved to another root key."""
    actor.require("settings.manage")
    return EvidenceKey.objects.select_for_update().exclude(ciphertext=None)
