from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
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
def mark_person_left(
    *, person_ref: UUID | str, at: date | datetime, reason: str, actor: Actor
) -> Person:
    """A human says that somebody has left or will leave; a day is the last day of work
    where they are, wherever a source may say later that this is.

    It stands above every source until it is cleared; marking again replaces it.
    """
    actor.require("people.manage")
    said_at, _ = now(), queries.source_to_change(queries.BY_HAND, actor=actor)
    person = queries.person_to_change(person_ref, actor=actor)
    left_at = rules.instant_of_leaving(
        at,
        in_zone=rules.zone(person.time_zone, default=settings.TENURE_TIME_ZONE),
        first_day=person.starts_on,
    )
    reason = rules.check_reason(reason, of="they have left")
    directory = queries.directory_to_change(of=[person.pk], actor=actor)
    before = snapshot(person)
    person.left_on = None if isinstance(at, datetime) else at
    person.left_at, person.left_reason = left_at, reason
    person.left_by, person.left_said_at = actor.label[:100], said_at
    person.save(update_fields=["left_on", "left_at", "left_reason", "left_by", "left_said_at"])
    redescribe([person], directory, source=actor.label, at=said_at, before={person.pk: before})
    audit.record(
        "person.marked_left",
        actor=actor,
        subject=person,
        text={"name": str(person), "reason": reason},
        before=before["left_at"],
        after=left_at,
    )
    announce("people.changed")
    return person
