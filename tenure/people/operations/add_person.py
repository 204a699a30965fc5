from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import by_hand, queries, rules
from tenure.people.models import Person
from tenure.people.redescribing import redescribe


@transaction.atomic
def add_person(*, values: Mapping[str, str], actor: Actor) -> Person:
    """Enter somebody by hand. `values` are written as in a CSV, by column."""
    actor.require("people.manage")
    at, source = now(), queries.source_to_change(queries.BY_HAND, actor=actor)
    record = by_hand.record_of(
        values,
        (),
        identifiers={},
        source=source,
        earlier=None,
        default_zone=settings.TENURE_TIME_ZONE,
        at=at,
    )
    known = queries.person_named(
        email=record.values.get("email", ""),
        external_id=record.values.get("external_id", ""),
        actor=actor,
    )
    rules.check_is_new(str(known) if known else "")
    person = Person(created_at=at, changed_at=at)
    by_hand.identify(person, record)
    person.save()
    directory = queries.directory_to_change(of=[person.pk], actor=actor)
    by_hand.write_record(person, record, source=source, directory=directory)
    redescribe([person], directory, source=source.name, at=at, is_new=True)
    audit.record("person.added", actor=actor, subject=person, text={"name": str(person)})
    announce("people.changed")
    return person
