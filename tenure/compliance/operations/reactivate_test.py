from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries
from tenure.compliance.models import ComplianceTest
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict


@transaction.atomic
def reactivate_test(*, slug: str, actor: Actor) -> ComplianceTest:
    """Ask a test again."""
    actor.require("tests.deactivate")
    row = queries.test_to_change(slug, actor=actor)
    if not row.is_deactivated:
        raise Conflict("This test is active; reload the page.")
    until = row.deactivated_until
    row.is_deactivated, row.deactivated_reason = False, ""
    row.deactivated_by, row.deactivated_until = "", None
    row.save(
        update_fields=[
            "is_deactivated",
            "deactivated_reason",
            "deactivated_by",
            "deactivated_until",
        ]
    )
    audit.record("test.reactivated", actor=actor, subject=Subject("test", slug), until=until)
    announce("tests.changed")
    return row
