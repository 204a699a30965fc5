from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.people import queries, rules
from tenure.people.models import PeopleSource


@transaction.atomic
def add_people_source(
    *,
    name: str,
    precedence: int,
    expected_days: int,
    is_authoritative: bool = False,
    actor: Actor,
) -> PeopleSource:
    """One more place from where files of people come, such as an HR system."""
    actor.require("settings.manage")
    rules.check_source(precedence=precedence, expected_days=expected_days)
    known = queries.sources(actor=actor).filter(name__iexact=name.strip())
    rules.check_source_name(name.strip(), is_taken=known.exists())
    source = PeopleSource.objects.create(
        kind=PeopleSource.Kind.CSV,
        name=name.strip(),
        precedence=precedence,
        expected_days=expected_days,
        is_authoritative=is_authoritative,
    )
    audit.record(
        "people_source.added",
        actor=actor,
        subject=source,
        name=source.name,
        precedence=precedence,
        expected_days=expected_days,
        is_authoritative=is_authoritative,
    )
    return source
