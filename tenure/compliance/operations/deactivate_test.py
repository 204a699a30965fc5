from __future__ import annotations

from datetime import date

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import deadlines, queries, setting_rules
from tenure.compliance.models import ComplianceTest
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor


@transaction.atomic
def deactivate_test(
    *, slug: str, reason: str, until: date | None = None, actor: Actor
) -> ComplianceTest:
    """Ask a test no more, for a reason: until the end of a day, or until somebody activates it."""
    actor.require("tests.deactivate")
    row = queries.test_to_change(slug, actor=actor)
    setting_rules.check_deactivation(
        is_deactivated=row.is_deactivated, reason=reason, until=until, today=deadlines.today()
    )
    row.is_deactivated, row.deactivated_reason = True, reason.strip()
    row.deactivated_by, row.deactivated_until = actor.label[:100], until
    row.save(
        update_fields=[
            "is_deactivated",
            "deactivated_reason",
            "deactivated_by",
            "deactivated_until",
        ]
    )
    audit.record(
        "test.deactivated",
        actor=actor,
        subject=Subject("test", slug),
        text={"reason": reason},
        until=until,
    )
    announce("tests.changed")
    return row
