from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import joining, queries, rules
from tenure.people.directory import may
from tenure.people.merging import tell_of_merge
from tenure.people.models import PersonMerge


@transaction.atomic
def merge_people(
    *,
    kept_ref: UUID | str,
    merged_ref: UUID | str,
    counts: str = "",
    reason: str = "",
    is_confirmed: bool = False,
    actor: Actor,
) -> PersonMerge:
    """Two entries are one human: the second becomes part of the first, and can be taken out again.

    Where one is here and the other has left, `counts` must say which of them holds.
    """
    actor.require("people.manage")
    at, source = now(), queries.source_to_change(queries.BY_HAND, actor=actor)
    kept = queries.person_to_change(kept_ref, actor=actor)
    merged = queries.person_to_change(merged_ref, actor=actor)
    counts = rules.merge_counts(
        is_same=kept.pk == merged.pk,
        kept_has_standing=may(kept, at=at),
        merged_has_standing=may(merged, at=at),
        merged_holds_others=merged.absorbed.exists(),
        asked=counts,
        is_confirmed=is_confirmed,
    )
    directory = queries.directory_to_change(of=[kept.pk, merged.pk], actor=actor)
    merge = PersonMerge(
        kept=kept,
        merged=merged,
        counts=counts,
        at=at,
        by=actor.label[:100],
        reason=reason.strip(),
    )
    joining.join(merge, directory, source=source.name)
    tell_of_merge(merge, from_person=merged, to_person=kept, actor=actor)
    audit.record(
        "person.merged",
        actor=actor,
        subject=kept,
        text={"name": str(merged), "into": str(kept), "reason": merge.reason},
        merged=merged.ref,
        merge=merge.ref,
        counts=counts,
    )
    announce("people.changed")
    return merge
