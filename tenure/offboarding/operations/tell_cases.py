from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications.operations.tell import tell
from tenure.notifications.topics import Event
from tenure.offboarding import notices, queries
from tenure.offboarding.models import OffboardingCase
from tenure.users.reading import holders_of

State = OffboardingCase.State


@transaction.atomic
def tell_cases(*, actor: Actor) -> int:
    """Tell of leavings that wait for approval, are blocked, or are complete, each once.

    How many tellings there were.
    """
    actor.require("offboarding.manage")
    holders = [one for one in holders_of("offboarding.manage") if not one.connection_ref]
    found: dict[str, list[Event]] = defaultdict(list)
    for case in queries.cases_to_tell(now(), actor=actor):
        items = list(queries.items(case, actor=actor).select_related("connection__owner"))
        to = notices.concerned(items, holders)
        if case.state == State.AWAITING_APPROVAL:
            found["case_waiting"].append(notices.waiting(case, items, to=to))
        elif case.state == State.BLOCKED:
            found["case_blocked"].append(notices.blocked(case, to=to))
        else:
            manager = queries.manager_of(case, actor=actor)
            found["case_complete"] += notices.complete(case, to=to, manager=manager)
    told = {topic: tell(topic=topic, events=events, actor=actor) for topic, events in found.items()}
    if any(told.values()):
        subject = Subject("offboardingcase", "several")
        audit.record("cases.told", actor=actor, subject=subject, told=told)
    return sum(told.values())
