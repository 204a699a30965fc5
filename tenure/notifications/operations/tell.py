from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.text import fold_email
from tenure.notifications import queries, rules, topics
from tenure.notifications.models import Notice, Told
from tenure.notifications.neighbours import works_on
from tenure.notifications.queries import Receiver
from tenure.notifications.telling import send_letter
from tenure.notifications.topics import Event

_BATCH = 1_000


@transaction.atomic
def tell(*, topic: str, events: Sequence[Event], actor: Actor) -> int:
    """Tell those whom events concern, and the targets, each as they want it: at once, with others
    of the same window, or in their digest. How many tellings that makes.

    It happens with the caller's transaction or not at all. Whoever may do the thing may tell of
    it: there is no permission of its own.
    """
    for event in events:
        topics.check_told(topic, event)
    events = _untold(topic, events, actor=actor)
    if not events:
        return 0
    named = queries.receivers(topic, of=[one for e in events for one in e.to], actor=actor)
    told = [
        (receiver, [event for event in events if key in {fold_email(one) for one in event.to}])
        for key, receiver in named.items()
    ]
    told += [(target, list(events)) for target in queries.target_receivers(topic, actor=actor)]
    works = works_on()
    for receiver, concerning in told:
        _tell(topic, receiver, concerning, works=works, actor=actor)
    audit.record(
        "notice.told",
        actor=actor,
        subject=audit.Subject("topic", topic),
        topic=topic,
        events=len(events),
        receivers=len(told),
    )
    return sum(len(concerning) for _, concerning in told)


def _untold(slug: str, events: Sequence[Event], *, actor: Actor) -> list[Event]:
    """Events that were not told before; from now on they are. Two at once cannot both succeed."""
    named = {(event.about, event.occasion): event for event in events if event.about}
    known: set[tuple[UUID | None, str]] = set()
    abouts = list({about for about, _ in named})
    for start in range(0, len(abouts), _BATCH):
        told = queries.told(slug, actor=actor).filter(about__in=abouts[start : start + _BATCH])
        known |= set(told.values_list("about", "occasion"))
    new = {key: event for key, event in named.items() if key not in known}
    Told.objects.bulk_create(
        (Told(topic=slug, about=about, occasion=occasion) for about, occasion in new),
        batch_size=_BATCH,
    )
    return [event for event in events if not event.about] + list(new.values())


def _tell(
    slug: str,
    receiver: Receiver,
    events: list[Event],
    *,
    works: Callable[[date], bool],
    actor: Actor,
) -> None:
    at, window = now(), topics.topic(slug).window
    if receiver.delivery == "daily" or window:
        due_at = (
            rules.next_digest(at, zone=receiver.zone, hour=receiver.hour, works_on=works)
            if receiver.delivery == "daily"
            else at + window
        )
        Notice.objects.bulk_create(
            (_notice(slug, receiver, event, at=at, due_at=due_at) for event in events),
            batch_size=_BATCH,
        )
        return
    for subject in dict.fromkeys(event.subject for event in events):
        same = [event for event in events if event.subject == subject]
        section = topics.section(slug, same, count=len(same))
        letter = rules.letter([section], count=len(same))
        send_letter(letter, to=receiver.to, target=receiver.target, actor=actor)


def _notice(
    slug: str, receiver: Receiver, event: Event, *, at: datetime, due_at: datetime
) -> Notice:
    return Notice(
        to=receiver.to,
        target=receiver.target,
        topic=slug,
        subject=event.subject,
        is_daily=receiver.delivery == "daily",
        fields=dict(event.fields),
        url=event.url,
        list_url=event.list_url,
        told_at=at,
        due_at=due_at,
    )
