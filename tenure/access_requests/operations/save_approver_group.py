from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tenure.access_requests import queries
from tenure.access_requests.models import ApproverGroup
from tenure.access_requests.writing import check_group_name, check_is_free
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid


@transaction.atomic
def save_approver_group(
    *, ref: UUID | str | None = None, name: str, people: Sequence[UUID | str], actor: Actor
) -> ApproverGroup:
    """Make a group of people who approve for one another, or change one; people by ref or e-mail.

    Whoever is not in it any more may not answer by it, also what they were asked before.
    """
    actor.require("requests.manage")
    group = queries.group_to_change(ref, actor=actor) if ref else ApproverGroup()
    group.name = check_group_name(name)
    check_is_free(ApproverGroup, group.name, but=group.pk)
    chosen = {one.pk: one for one in (queries.person_named(p, actor=actor) for p in people if p)}
    if not chosen:
        raise Invalid("Choose at least one person.", field="people")
    before = sorted(str(one.ref) for one in group.people.all()) if group.pk else []
    group.save(update_fields=["name"] if group.pk else None)
    group.people.set(chosen.values())
    audit.record(
        "approver_group.saved",
        actor=actor,
        subject=group,
        text={"name": group.name},
        people=len(chosen),
        before=before,
        after=sorted(str(one.ref) for one in chosen.values()),
    )
    return group
