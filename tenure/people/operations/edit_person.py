from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import by_hand, queries
from tenure.people.models import Person
from tenure.people.redescribing import redescribe


@transaction.atomic
def edit_person(*, person_ref: UUID | str, values: Mapping[str, str], actor: Actor) -> Person:
    """Enter more of somebody by hand, written as in a CSV; what a stronger source states stays."""
    actor.require("people.manage")
    at, source = now(), queries.source_to_change(queries.BY_HAND, actor=actor)
    person = queries.person_to_change(person_ref, actor=actor)
    directory = queries.directory_to_change(of=[person.pk], actor=actor)
    record = by_hand.record_of(
        values,
        directory.statements(person),
        identifiers={"email": person.email, "external_id": person.external_id},
        source=source,
        earlier=directory.records[person.pk].get(source.pk),
        default_zone=settings.TENURE_TIME_ZONE,
        at=at,
    )
    by_hand.write_record(person, record, source=source, directory=directory)
    changed = redescribe([person], directory, source=source.name, at=at)
    audit.record(
        "person.edited",
        actor=actor,
        subject=person,
        text={"name": str(person)},
        fields=sorted({change.field for change in changed}),
    )
    announce("people.changed")
    return person
