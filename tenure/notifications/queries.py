"""Reading the outbox, what waits to be told, targets and preferences.

Mails are seen by whoever manages users, targets by whoever sees settings, preferences by
whoever they are of; the worker sees them all, to deliver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Q, QuerySet

from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.lib.text import fold_email
from tenure.notifications import topics
from tenure.notifications.models import Notice, OutboxMessage, Preference, Target, Told
from tenure.notifications.neighbours import permission_sets_of, readers_of
from tenure.notifications.topic import Delivery, Topic

DEFAULT_HOUR = 9


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody, or a target, who wants to be told of a topic, and how."""

    delivery: Delivery
    to: str = ""
    target: Target | None = None
    hour: int = DEFAULT_HOUR
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic with what its reader chose, or what holds until they do."""

    slug: str
    topic: Topic
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Group:
    """Notices that become one message: of one receiver, and either daily or of one subject."""

    to: str
    target_id: int | None
    is_daily: bool
    topic: str
    subject: str


def mails(*, actor: Actor) -> QuerySet[OutboxMessage]:
    """Newest first; those to targets too, for whoever may see targets."""
    if _delivers(actor):
        return OutboxMessage.objects.order_by("-id")
    seen = Q(pk=None)
    if actor.may("users.manage"):
        seen |= Q(target=None)
    if actor.may("settings.manage"):
        seen |= Q(target__isnull=False)
    return OutboxMessage.objects.filter(seen).order_by("-id")


def queued_mail(message_ref: UUID, *, actor: Actor) -> OutboxMessage | None:
    """The mail while it waits; None once it was sent or given up."""
    waiting = mails(actor=actor).filter(ref=message_ref, state=OutboxMessage.State.QUEUED)
    return waiting.select_related("target").first()


def mail_to_change(message_ref: UUID, *, actor: Actor) -> OutboxMessage:
    queued = mails(actor=actor).filter(ref=message_ref, state=OutboxMessage.State.QUEUED)
    if message := queued.select_for_update().first():
        return message
    raise NotFound("No such mail is waiting; reload the page.")


def receivers(
    topic: str,
    *,
    of: Iterable[str],
    actor: Actor,  # noqa: ARG001 - whoever may do the thing may tell of it
) -> dict[str, Receiver]:
    """Folded address -> how its owner is told; without those who do not want to be, or may not."""
    addresses = {fold_email(address): address for address in of if address}
    readers = readers_of(addresses)
    chosen = {
        row.user_ref: row
        for row in Preference.objects.filter(
            user_ref__in=[one.user_ref for one in readers.values()]
        )
    }
    found = {}
    for key, address in addresses.items():
        reader = readers.get(key)
        if reader is not None and not reader.is_active:
            continue
        own = chosen.get(reader.user_ref) if reader else None
        delivery = topics.delivery(
            topic,
            chosen=own.deliveries if own else {},
            permission_sets=reader.permission_sets if reader else (),
            is_user=reader is not None,
        )
        if delivery != "off":
            hour, zone = (own.hour, own.zone) if own else (DEFAULT_HOUR, settings.TENURE_TIME_ZONE)
            found[key] = Receiver(delivery, to=address, hour=hour, zone=zone)
    return found


def target_receivers(topic: str, *, actor: Actor) -> list[Receiver]:  # noqa: ARG001 - as above
    """The targets that want to hear of it; always as it happens."""
    here = Target.objects.filter(removed_at=None).order_by("id")
    return [Receiver("at_once", target=target) for target in here if topic in target.topics]


def due_groups(*, at: datetime, actor: Actor) -> list[Group]:
    """What is to be told by now, the longest due first."""
    notices = Notice.objects.all() if _delivers(actor) else Notice.objects.none()
    # A clock that was set back must not make anybody wait for it.
    due = notices.filter(Q(due_at__lte=at) | Q(told_at__gt=at))
    rows = (
        due.values_list("to", "target_id", "is_daily", "topic", "subject")
        .annotate(first=Min("due_at"))
        .order_by("first")
    )
    groups = [
        Group(to, target_id, is_daily, "" if is_daily else topic, "" if is_daily else subject)
        for to, target_id, is_daily, topic, subject, _ in rows
    ]
    return list(dict.fromkeys(groups))


def notices_to_send(group: Group, *, actor: Actor) -> list[Notice]:
    """Everything of the group, locked: also what came after the first, and is not due by itself."""
    notices = Notice.objects.all() if _delivers(actor) else Notice.objects.none()
    of_group = notices.filter(to=group.to, target=group.target_id, is_daily=group.is_daily)
    if not group.is_daily:
        of_group = of_group.filter(topic=group.topic, subject=group.subject)
    return list(of_group.select_related("target").select_for_update(of=("self",)).order_by("id"))


def told(topic: str, *, actor: Actor) -> QuerySet[Told]:  # noqa: ARG001 - as above
    """What was told of a topic; names nothing but refs."""
    return Told.objects.filter(topic=topic)


def told_before(at: datetime, *, actor: Actor) -> QuerySet[Told]:
    """What was told before an instant, of any topic."""
    return Told.objects.filter(at__lt=at) if _delivers(actor) else Told.objects.none()


def targets(*, actor: Actor) -> QuerySet[Target]:
    """By name; the addresses stay sealed."""
    here = Target.objects.filter(removed_at=None)
    visible = here if actor.may("settings.view") or _delivers(actor) else here.none()
    return visible.order_by("name")


def target_by_ref(ref: UUID | str, *, actor: Actor) -> Target:
    if found := targets(actor=actor).filter(ref=ref).first():
        return found
    raise NotFound("There is no such target, or it was removed; go back to the list of targets.")


def target_to_change(ref: UUID | str, *, actor: Actor) -> Target:
    if found := targets(actor=actor).select_for_update().filter(ref=ref).first():
        return found
    raise NotFound("There is no such target, or it was removed; go back to the list of targets.")


def target_names(*, actor: Actor) -> set[str]:
    return set(targets(actor=actor).values_list("name", flat=True))


def sealed_targets(*, actor: Actor) -> QuerySet[Target]:
    """Those whose address is kept, locked."""
    return targets(actor=actor).select_for_update()


def preference(*, actor: Actor) -> Preference:
    """The actor's own; unsaved while they have chosen nothing."""
    found = Preference.objects.filter(user_ref=actor.user_id).first() if actor.user_id else None
    return found or Preference(zone=settings.TENURE_TIME_ZONE, hour=DEFAULT_HOUR)


def preference_to_change(*, actor: Actor) -> Preference:
    """The actor's own, made on first use and locked."""
    assert actor.user_id is not None  # noqa: S101 - the operation has just made sure
    Preference.objects.get_or_create(
        user_ref=actor.user_id, defaults={"zone": settings.TENURE_TIME_ZONE, "hour": DEFAULT_HOUR}
    )
    return Preference.objects.select_for_update().get(user_ref=actor.user_id)


def choices(own: Preference, *, actor: Actor) -> Sequence[Choice]:
    """Every topic that the actor may ever be told of."""
    sets = permission_sets_of(actor.user_id) if actor.user_id else frozenset()
    chosen: Mapping[str, str] = own.deliveries
    return [
        Choice(
            slug,
            topic,
            topics.delivery(slug, chosen=chosen, permission_sets=sets, is_user=True),
        )
        for slug, topic in topics.TOPICS.items()
        if actor.may_somewhere(topic.permission)
    ]


def _delivers(actor: Actor) -> bool:
    return actor.kind in ("job", "system")
