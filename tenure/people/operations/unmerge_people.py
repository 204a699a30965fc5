from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import joining, queries, rules
from tenure.people.merging import tell_of_merge
from tenure.people.models import PersonMerge


@transaction.atomic
def unmerge_people(*, merge_ref: UUID | str, actor: Actor) -> PersonMerge:
    """Undo a merge: each is again what the sources say of them alone."""
    actor.require("people.manage")
    at, source = now(), queries.source_to_change(queries.BY_HAND, actor=actor)
    merge = queries.merge_to_change(merge_ref, actor=actor)
    rules.check_unmerge(is_undone=merge.undone_at is not None)
    merge.undone_at, merge.undone_by = at, actor.label[:100]
    merge.save(update_fields=["undone_at", "undone_by"])
    directory = queries.directory_to_change(of=[merge.kept_id, merge.merged_id], actor=actor)
    joining.part(merge, directory, source=source.name)
    tell_of_merge(merge, from_person=merge.kept, to_person=merge.merged, actor=actor)
    audit.record(
        "person.unmerged",
        actor=actor,
        subject=merge.kept,
        text={"name": str(merge.merged), "from": str(merge.kept)},
        merged=merge.merged.ref,
        merge=merge.ref,
    )
    announce("people.changed")
    return merge
