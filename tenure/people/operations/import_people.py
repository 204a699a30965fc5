from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import transaction

from tenure.audit import operations as audit
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people import queries, rules
from tenure.people.importing import Plan, plan_import
from tenure.people.models import PeopleImport
from tenure.people.reading import read_people_csv
from tenure.people.writing import write_plan


@transaction.atomic
def import_people(
    *, content: bytes, is_full: bool, is_confirmed: bool, is_dry_run: bool = False, actor: Actor
) -> PeopleImport:
    """Take people from a CSV. Nobody ends because they are missing, unless the file is the whole.

    A dry run returns the same counts, unsaved. An import that would end or no longer list more
    than a fifth of the people is a Conflict until it is confirmed.
    """
    actor.require("people.manage")
    at, source = now(), queries.csv_source_to_change(actor=actor)
    reading = read_people_csv(content, default_zone=settings.TENURE_TIME_ZONE)
    people = list(queries.people(actor=actor))
    plan = plan_import(
        reading,
        people=people,
        listed_by_source=queries.listed_by(source, actor=actor),
        is_full=is_full,
        now=at,
        default_zone=settings.TENURE_TIME_ZONE,
    )
    if not is_dry_run:
        rules.check_import_size(
            would_end=plan.would_end, people=len(people), is_confirmed=is_confirmed
        )
    done = PeopleImport(
        source=source,
        at=at,
        is_full=is_full,
        **_counts(plan),
        ended=plan.would_end,
        rejected=sorted(reading.rejected, key=lambda bad: int(str(bad["line"]))),
        notes=reading.notes,
    )
    if is_dry_run:
        transaction.set_rollback(rollback=True)
        return done
    done.notes += write_plan(plan, source=source, at=at)
    done.save()
    source.last_read_at = at
    source.save(update_fields=["last_read_at"])
    audit.record(
        "people.imported",
        actor=actor,
        subject=done,
        counts={**_counts(plan), "ended": plan.would_end, "rejected": len(reading.rejected)},
        is_full=is_full,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    announce("people.changed")
    return done


def _counts(plan: Plan) -> dict[str, int]:
    return {
        "created": len(plan.created),
        "updated": len(plan.updated),
        "unchanged": len(plan.unchanged),
        "no_longer_listed": len(plan.unlisted),
    }
