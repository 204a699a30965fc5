from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import queries
from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import working_days
from tenure.compliance.evaluating import Outcome, evaluate
from tenure.compliance.operations.expire_exemptions import expire_exemptions
from tenure.compliance.operations.reactivate_test import reactivate_test
from tenure.compliance.readiness import Readiness
from tenure.lib.actor import Actor
from tenure.lib.clock import now


@transaction.atomic
def run_tests(*, slugs: Sequence[str] = (), actor: Actor) -> list[Outcome]:
    """Ask every test, or the named ones, and open and resolve what follows from the answers."""
    actor.require("tests.run")
    expire_exemptions(actor=actor)
    for slug in queries.tests_to_reactivate(actor=actor):
        reactivate_test(slug=slug, actor=actor)
    at, readiness, days = now(), Readiness(now()), working_days()
    outcomes = []
    for row in queries.tests_to_run(slugs, actor=actor):
        test = catalogue()[row.slug]
        problem, gap = readiness.problem(test), readiness.gap(test)
        outcomes.append(evaluate(row, test, problem=problem, gap=gap, at=at, days=days))
    if lapsed := [exemption for outcome in outcomes for exemption in outcome.lapsed]:
        audit.record(
            "exemptions.lapsed",
            actor=actor,
            subject=Subject(
                "finding", str(lapsed[0].finding.ref) if len(lapsed) == 1 else "several"
            ),
            count=len(lapsed),
            findings=audit.bulk(exemption.finding.ref for exemption in lapsed),
        )
    opened = sum(outcome.opened for outcome in outcomes)
    resolved = sum(outcome.resolved for outcome in outcomes)
    audit.record(
        "tests.run",
        actor=actor,
        subject=Subject("test", outcomes[0].slug if len(outcomes) == 1 else "all"),
        states={outcome.slug: outcome.state for outcome in outcomes},
        opened=opened,
        resolved=resolved,
    )
    return outcomes
