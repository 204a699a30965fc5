from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications.operations.tell import tell
from tenure.notifications.topics import Event
from tenure.provisioning import notices, queries
from tenure.provisioning.models import ProvisioningOperation
from tenure.users.reading import Holder, holders_of

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


@transaction.atomic
def tell_operations(*, actor: Actor) -> int:
    """Tell of what waits for a person: a second one, a release, work by hand, what came back.

    Each is told once. How many tellings there were.
    """
    actor.require("provisioning.run")
    holders = holders_of("provisioning.approve")
    found: dict[str, list[Event]] = defaultdict(list)
    kept: dict[UUID, list[ProvisioningOperation]] = defaultdict(list)
    for one in queries.waiting_for_people(actor=actor):
        approvers = notices.approvers(holders, one.connection)
        if one.state == State.AWAITING_APPROVAL:
            found["operation_waiting"].append(notices.waiting(one, to=approvers))
        elif one.block == Block.BRAKE:
            kept[one.batch].append(one)
        elif one.block == Block.CAME_BACK:
            to = [*approvers, *notices.owner_of(one.connection)]
            found["access_came_back"].append(notices.came_back(one, to=to))
        else:
            _by_hand(one, found)
    found["brake_on"] = [_braked(some, holders) for some in kept.values()]
    told = {topic: tell(topic=topic, events=events, actor=actor) for topic, events in found.items()}
    if any(told.values()):
        audit.record(
            "operations.told", actor=actor, subject=Subject("operation", "several"), told=told
        )
    return sum(told.values())


def _by_hand(one: ProvisioningOperation, found: dict[str, list[Event]]) -> None:
    to = [one.assignee.email] if one.assignee else []
    if one.assignee:
        found["work_by_hand"].append(notices.by_hand(one, to=to, is_late=False))
    if one.due_at and one.due_at <= now():
        to = [*to, *notices.owner_of(one.connection)]
        found["work_by_hand_overdue"].append(notices.by_hand(one, to=to, is_late=True))


def _braked(some: list[ProvisioningOperation], holders: list[Holder]) -> Event:
    to = notices.approvers(holders, some[0].connection)
    return notices.braked(some[0], count=len(some), to=to)
