from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from ninja import Schema
from pydantic import Field

from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, NextPage, PageOf
from tenure.notifications import queries
from tenure.notifications.models import Target


class PreferenceIn(Given):
    """How one is told; what is left out stays."""

    deliveries: dict[str, str] = Field(
        default_factory=dict, description="By topic: off, at_once or daily."
    )
    hour: int | None = Field(None, description="When the daily digest comes, from 0 to 23.")
    zone: str | None = Field(None, max_length=64, description="Such as Europe/Oslo.")


class TopicOut(Schema):
    """A topic, and how its reader is told of it: off, at_once or daily."""

    topic: str
    title: str
    delivery: str


class PreferenceOut(Schema):
    """How the token's user is told of each topic, and when their digest comes."""

    hour: int
    zone: str
    topics: list[TopicOut]

    @classmethod
    def own(cls, *, actor: Actor) -> Self:
        preference = queries.preference(actor=actor)
        topics = [
            TopicOut(topic=one.slug, title=one.topic.title, delivery=one.delivery)
            for one in queries.choices(preference, actor=actor)
        ]
        return cls(hour=preference.hour, zone=preference.zone, topics=topics)


class TargetOut(Schema):
    """Where the organization is told things besides by mail. Its address is in no answer: who knows
    it can write there; `host_ends` is the end of its host."""

    ref: str
    name: str
    service: str
    host_ends: str
    topics: list[str]
    delivered_at: Instant | None
    failed_at: Instant | None

    @classmethod
    def of(cls, target: Target) -> Self:
        return cls(
            ref=str(target.ref),
            name=target.name,
            service=target.service,
            host_ends=target.tail,
            topics=target.topics,
            delivered_at=target.delivered_at,
            failed_at=target.failed_at,
        )


class TargetPage(PageOf[TargetOut]):
    @classmethod
    def whole(cls, targets: Iterable[Target]) -> Self:
        """All of them: they are few."""
        return cls(data=[TargetOut.of(one) for one in targets], page=NextPage(next=None))
