from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.compliance import notices
from tenure.compliance.queries import untold
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications.operations.tell import tell


@transaction.atomic
def tell_findings(*, actor: Actor) -> int:
    """Tell of leavers who still have access, of what is overdue, and of exemptions about to end.

    Each is told once: an overdue finding again when it was opened again since, an exemption 7 days
    and 1 day before it ends. How many tellings there were.
    """
    actor.require("tests.run")
    at, audience = now(), notices.Audience(actor=actor)
    overdue = untold.untold_overdue(at=at, actor=actor)
    ending = untold.exemptions_about_to_end(at=at, actor=actor)
    found = {
        "leaver_with_access": notices.of_leavers(
            untold.untold_leavers(actor=actor), audience=audience
        ),
        "finding_overdue": notices.of_overdue(overdue, audience=audience),
        "exemption_ending": notices.of_ending(ending, at=at, audience=audience),
    }
    told = {topic: tell(topic=topic, events=events, actor=actor) for topic, events in found.items()}
    if any(told.values()):
        audit.record(
            "findings.told",
            actor=actor,
            subject=Subject("finding", "several"),
            leavers=told["leaver_with_access"],
            overdue=told["finding_overdue"],
            ending=told["exemption_ending"],
        )
    return sum(told.values())
