"""What pages say about targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tenure.lib.text import quantity
from tenure.notifications import services
from tenure.notifications.models import Target
from tenure.notifications.topics import TOPICS


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target; tone, icon and word tell how its last message went."""

    target: Target
    service: str
    topics: str
    titles: str
    tone: str
    icon: str
    word: str


def target_lines(targets: Iterable[Target]) -> list[TargetLine]:
    return [_line(target) for target in targets]


def _line(target: Target) -> TargetLine:
    titles = [topic.title for slug, topic in TOPICS.items() if slug in target.topics]
    tone, icon, word = "", "circle-dashed", "Not tried yet"
    if target.failed_at is not None:
        tone, icon, word = "amber", "alert-triangle", "Not delivered"
    elif target.delivered_at is not None:
        tone, icon, word = "", "check", "Delivered"
    return TargetLine(
        target,
        service=services.names_of(target.service),
        topics=quantity(len(titles), "topic") if titles else "Nothing",
        titles="; ".join(titles),
        tone=tone,
        icon=icon,
        word=word,
    )
