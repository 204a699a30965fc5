from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from tenure.access_requests import telling
from tenure.access_requests.queries import to_tell
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications.operations.tell import tell
from tenure.notifications.topics import Event
from tenure.users.reading import holders_of


@transaction.atomic
def tell_requests(*, actor: Actor) -> int:
    """Tell approvers what waits for them, and everybody else what became of theirs, each once.

    How many tellings there were.
    """
    actor.require("provisioning.run")
    at, holders = now(), holders_of("requests.manage")
    found: dict[str, list[Event]] = defaultdict(list)
    for one in to_tell.asked(at, actor=actor):
        found["request_asked"].append(telling.asked(one))
    for comment in to_tell.comments(at, actor=actor):
        found["request_commented"].append(telling.commented(comment))
    for topic, event_of in (
        ("request_decided", telling.decided),
        ("request_given", telling.given),
        ("request_ends", telling.ends),
        ("request_ended", telling.ended),
    ):
        found[topic] = [event_of(request) for request in to_tell.of(topic, at, actor=actor)]
    for topic, for_managers in (
        ("request_failed", telling.failed),
        ("request_stuck", telling.stuck),
    ):
        for request in to_tell.of(topic, at, actor=actor):
            managers = telling.looking_after(request, holders)
            found[topic].append(for_managers(request, managers=managers))
    told = {topic: tell(topic=topic, events=events, actor=actor) for topic, events in found.items()}
    if any(told.values()):
        subject = audit.Subject("accessrequest", "several")
        audit.record("access_requests.told", actor=actor, subject=subject, told=told)
    return sum(told.values())
