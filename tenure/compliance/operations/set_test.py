from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries, setting_rules
from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import sla_of
from tenure.compliance.models import ComplianceTest
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor


@transaction.atomic
def set_test(
    *,
    slug: str,
    sla_days: int,
    sla_unit: str,
    thresholds: Mapping[str, int] | None = None,
    actor: Actor,
) -> ComplianceTest:
    """Choose the time a test allows, and its thresholds.

    Findings that are open keep the time they were given; thresholds left out are as usual.
    """
    actor.require("settings.manage")
    row, test = queries.test_to_change(slug, actor=actor), catalogue().get(slug)
    assert test is not None  # noqa: S101 - the query has just made sure
    chosen = dict(thresholds or {})
    setting_rules.check_sla(days=sla_days, unit=sla_unit)
    setting_rules.check_thresholds(
        chosen, {one.name: (one.least, one.most) for one in test.thresholds}
    )
    before = {"sla": str(sla_of(row, test)), **test.limits(row.thresholds)}
    row.sla_days, row.sla_unit = sla_days, sla_unit
    row.thresholds = {
        one.name: chosen[one.name]
        for one in test.thresholds
        if chosen.get(one.name, one.usual) != one.usual
    }
    row.save(update_fields=["sla_days", "sla_unit", "thresholds"])
    after = {"sla": str(sla_of(row, test)), **test.limits(row.thresholds)}
    audit.record("test.set", actor=actor, subject=Subject("test", slug), before=before, after=after)
    announce("tests.changed")
    return row
