from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import transaction

from tenure.audit import operations as audit
from tenure.compliance import deadlines, queries, setting_rules
from tenure.compliance.holidays import days_off
from tenure.compliance.models import Holiday
from tenure.lib.actor import Actor

YEARS_AHEAD = 5


class Imported(NamedTuple):
    """How many days off a file gave, until when it was read, and what of it was left out."""

    days: int
    until: date
    left_out: list[str]


@transaction.atomic
def import_holidays(*, content: bytes, file_name: str, actor: Actor) -> Imported:
    """Take days off from a calendar file, in place of those of the file before it.

    What recurs is written out from last year until the end of the fifth year to come.
    """
    calendar = queries.calendar_to_change(actor=actor)
    year = deadlines.today().year
    until = date(year + YEARS_AHEAD, 12, 31)
    found = days_off(content, first=date(year - 1, 1, 1), last=until)
    setting_rules.check_import(days=len(found.days), left_out=len(found.left_out))
    Holiday.objects.filter(origin=Holiday.Origin.FILE).delete()
    Holiday.objects.bulk_create(
        [
            Holiday(on=day, name=name, origin=Holiday.Origin.FILE)
            for day, name in sorted(found.days.items())
        ],
        batch_size=500,
        # A day that somebody typed stays theirs.
        ignore_conflicts=True,
    )
    calendar.holidays_file, calendar.holidays_until = file_name[:200], until
    calendar.save(update_fields=["holidays_file", "holidays_until"])
    audit.record(
        "holidays.imported",
        actor=actor,
        subject=calendar,
        text={"file": file_name},
        days=len(found.days),
        left_out=len(found.left_out),
        until=until,
    )
    return Imported(len(found.days), until, found.left_out)
