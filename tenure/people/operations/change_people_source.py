from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.models import PeopleSource
from tenure.people.redescribing import redescribe


@transaction.atomic
def change_people_source(
    *,
    source_ref: UUID | str,
    precedence: int,
    expected_days: int,
    is_authoritative: bool,
    actor: Actor,
) -> PeopleSource:
    """Say how much a source is believed, how often it is read, and whether it lists everybody.

    Whoever is described by several sources is described anew when the order of them changes.
    """
    actor.require("settings.manage")
    source = queries.source_by_ref_to_change(source_ref, actor=actor)
    rules.check_source(precedence=precedence, expected_days=expected_days, kind=source.kind)
    before = (source.precedence, source.expected_days, source.is_authoritative)
    source.precedence, source.expected_days = precedence, expected_days
    source.is_authoritative = is_authoritative
    source.save(update_fields=["precedence", "expected_days", "is_authoritative"])
    if before[0] != precedence:
        several = queries.described_by_several(actor=actor)
        directory = queries.directory_to_change(of=several, actor=actor)
        heads = [directory.people[pk] for pk in several]
        redescribe(heads, directory, source=f"{source.name}, precedence", at=now())
    audit.record(
        "people_source.changed",
        actor=actor,
        subject=source,
        before=before,
        after=(precedence, expected_days, is_authoritative),
    )
    announce("people.changed")
    return source
