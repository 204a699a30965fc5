from __future__ import annotations

from itertools import groupby

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.notifications import queries, rules, topics
from tenure.notifications.models import Notice, OutboxMessage
from tenure.notifications.queries import Group
from tenure.notifications.telling import send_letter
from tenure.notifications.topics import Event

_BATCH = 1_000


@transaction.atomic
def send_notices(*, group: Group, actor: Actor) -> OutboxMessage | None:
    """Make one message of everything that waits in a group; None when another worker just did.

    The notices go as the message comes, in one transaction: told once, and never lost.
    """
    waiting = queries.notices_to_send(group, actor=actor)
    if not waiting:
        return None
    waiting.sort(key=_section_of)
    sections = [
        _section(topic, list(notices)) for (topic, _), notices in groupby(waiting, key=_section_of)
    ]
    letter = rules.letter(sections, count=len(waiting))
    message = send_letter(letter, to=waiting[0].to, target=waiting[0].target, actor=actor)
    for start in range(0, len(waiting), _BATCH):
        told = [notice.pk for notice in waiting[start : start + _BATCH]]
        Notice.objects.filter(pk__in=told).delete()
    audit.record(
        "notice.bundled",
        actor=actor,
        subject=message,
        notices=len(waiting),
        topics=sorted({notice.topic for notice in waiting}),
    )
    return message


def _section_of(notice: Notice) -> tuple[str, str]:
    return notice.topic, notice.subject


def _section(topic: str, notices: list[Notice]) -> rules.Section:
    firsts = [
        Event((), notice.fields, notice.url, notice.subject, notice.list_url)
        for notice in notices[: topics.FIRST_LINES]
    ]
    return topics.section(topic, firsts, count=len(notices))
