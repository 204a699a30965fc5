from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.evidence import queries, rules
from tenure.evidence.asking import Given, asked_of, reader, said_of
from tenure.evidence.kinds import kind_named
from tenure.evidence.models import EvidenceBuild, EvidenceScope
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def create_bundle(*, given: Given, actor: Actor, is_built_here: bool = False) -> EvidenceBuild:
    """Ask for a bundle. A job makes it, unless the caller is about to do so here."""
    if not actor.may_somewhere("evidence.create"):
        actor.require("evidence.create")
    asked, kind = asked_of(given), kind_named(given.kind)
    if not asked.ref:
        rules.check_within(actor.window, begins_at=asked.begins_at, ends_at=asked.ends_at)
    rules.check_free(open_builds=queries.open_builds(actor=actor))
    held = rules.scope_of(actor.connections_where("evidence.create"))
    # What is not there, or not theirs, is refused now and not by a job.
    proof = kind.prove(asked, actor=reader(kind=kind, held=held, window=actor.window))
    seen_from, seen_until = actor.window or (None, None)
    build = EvidenceBuild.objects.create(
        kind=kind.name,
        title=proof.title[:300],
        asked=said_of(asked),
        begins_at=asked.begins_at,
        ends_at=asked.ends_at,
        is_of_everything=held is None,
        seen_from=seen_from,
        seen_until=seen_until,
        requested_by=actor.label[:200],
        requested_by_user=actor.user_id or "",
        requested_at=now(),
    )
    scopes = [EvidenceScope(build=build, connection_ref=ref) for ref in held or ()]
    EvidenceScope.objects.bulk_create(scopes)
    audit.record(
        "evidence_bundle.asked",
        actor=actor,
        subject=audit.Subject("evidence", str(build.ref)),
        text={"title": build.title},
        kind=kind.name,
        asked=build.asked,
    )
    if not is_built_here:
        announce("evidence.asked", build_ref=str(build.ref))
    return build
