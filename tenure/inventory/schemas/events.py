from __future__ import annotations

from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.inventory.event_wording import author, happened, whom
from tenure.lib.endpoints import Instant, PageOf, PageQuery


class ProviderEventOut(Schema):
    """Something that happened at the provider, as its own log tells it."""

    ref: str
    external_id: str
    at: Instant
    type: str = Field(description="The provider's word.")
    what: str
    about: str = Field(description="Whom it is about; empty where that is nobody.")
    account: str | None = Field(description="Their account, where the lists have it.")
    by: str = Field(description="Who did it and how; empty where the log names nobody.")
    by_account: str | None

    @classmethod
    def of(cls, event: Any) -> Self:  # noqa: ANN401 - an event with its names
        return cls(
            ref=str(event.ref),
            external_id=event.external_id,
            at=event.at,
            type=event.type,
            what=happened(event)[1],
            about=whom(event),
            account=str(event.account.ref) if event.account_id else None,
            by=author(event),
            by_account=str(event.by_account.ref) if event.by_account_id else None,
        )


class ProviderEventPage(PageOf[ProviderEventOut]):
    """Events, the newest first."""


class ProviderEventsQuery(PageQuery):
    """Which events."""

    type: str = Field("", max_length=120, description="Only this type, as the provider writes it.")
