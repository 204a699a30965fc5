from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.directory import snapshot
from tenure.people.models import Person
from tenure.people.redescribing import redescribe


@transaction.atomic
def clear_person_left(*, person_ref: UUID | str, actor: Actor) -> Person:
    """Take back a human's word that somebody left: what the sources say holds again."""
    actor.require("people.manage")
    at, _ = now(), queries.source_to_change(queries.BY_HAND, actor=actor)
    person = queries.person_to_change(person_ref, actor=actor)
    rules.check_marked_left(is_marked=person.left_at is not None)
    directory = queries.directory_to_change(of=[person.pk], actor=actor)
    before = snapshot(person)
    person.left_on = person.left_at = person.left_said_at = None
    person.left_reason = person.left_by = ""
    person.save(update_fields=["left_on", "left_at", "left_reason", "left_by", "left_said_at"])
    redescribe([person], directory, source=actor.label, at=at, before={person.pk: before})
    audit.record(
        "person.cleared_left",
        actor=actor,
        subject=person,
        text={"name": str(person)},
        before=before["left_at"],
    )
    announce("people.changed")
    return person
