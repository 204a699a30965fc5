from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.importing import plan_import
from tenure.people.models import PeopleImport
from tenure.people.reading import read_people_csv
from tenure.people.writing import write_plan


@transaction.atomic
def import_people(
    *,
    content: bytes,
    is_full: bool,
    is_confirmed: bool,
    source: str = queries.CSV,
    is_dry_run: bool = False,
    actor: Actor,
) -> PeopleImport:
    """Take people from a CSV. Nobody ends because they are missing, unless the file is the whole.

    A dry run returns the same counts, unsaved. An import that would end or no longer list more
    than a fifth of the people is a Conflict until it is confirmed.
    """
    actor.require("people.manage")
    at, speaking = now(), queries.source_to_change(source, actor=actor)
    rules.check_importable(kind=speaking.kind, name=speaking.name)
    is_full = is_full or speaking.is_authoritative
    reading = read_people_csv(content, default_zone=settings.TENURE_TIME_ZONE)
    directory = queries.directory_to_change(actor=actor)
    people = sum(person.merged_into_id is None for person in directory.people.values())
    plan = plan_import(reading, directory=directory, source=speaking, is_full=is_full, at=at)
    if not is_dry_run:
        rules.check_import_size(would_end=plan.would_end, people=people, is_confirmed=is_confirmed)
    done = PeopleImport(
        source=speaking,
        at=at,
        is_full=is_full,
        **plan.counts,
        ended=plan.would_end,
        rejected=sorted(reading.rejected, key=lambda bad: int(str(bad["line"]))),
        notes=reading.notes,
    )
    counts = {**plan.counts, "ended": plan.would_end, "rejected": len(reading.rejected)}
    if is_dry_run:
        transaction.set_rollback(rollback=True)
        return done
    done.notes += write_plan(plan, directory)
    done.save()
    speaking.last_read_at = at
    speaking.save(update_fields=["last_read_at"])
    audit.record(
        "people.imported",
        actor=actor,
        subject=done,
        counts=counts,
        is_full=is_full,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    announce("people.changed")
    return done
