from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import AccountLink, LinkingDomain
from tenure.lib.endpoints import MOST, Given, Instant, NextPage, PageOf


class MarkIn(Given):
    """What an account is said to be; people by e-mail. What is left out stays as it is."""

    kind: str = Field("", max_length=12, description="person, external, service or shared.")
    is_break_glass: bool | None = Field(None, description="Kept for emergencies.")
    owner: str = Field("", max_length=320)
    backup_owner: str = Field("", max_length=320)
    sponsor: str = Field("", max_length=320)
    purpose: str = Field("", max_length=500)
    reason: str = Field("", max_length=500)
    until: date | None = Field(None, description="The last day.")
    review_on: date | None = Field(None, description="When it is to be looked at again.")

    @property
    def said(self) -> Mark:
        return Mark(**self.model_dump(include=set(Mark.__dataclass_fields__)))


class MarkChosenIn(MarkIn):
    """The same of several accounts."""

    accounts: list[UUID] = Field(max_length=MOST)


class LinkChosenIn(Given):
    """Whose several accounts are."""

    accounts: list[UUID] = Field(max_length=MOST)
    person: str = Field(max_length=320, description="Work or other e-mail of the person.")
    reason: str = Field("", max_length=300, description="How you know.")


class LinksIn(Given):
    """Which suggestions."""

    suggestions: list[UUID] = Field(max_length=MOST)


class LinkDecided(Schema):
    """A suggestion that is none any more."""

    ref: str
    account: str
    person: str
    state: str


class LinksDecided(Schema):
    """Suggestions as they were decided."""

    data: list[LinkDecided]

    @classmethod
    def of(cls, links: Iterable[AccountLink]) -> Self:
        return cls(
            data=[
                LinkDecided(
                    ref=str(link.ref),
                    account=str(link.account.ref),
                    person=str(link.person.ref),
                    state=link.state,
                )
                for link in links
            ]
        )


class LinkingDomainIn(Given):
    """What of its addresses a domain does not look at: one of the two at least."""

    name: str = Field(max_length=253, description="Such as mail.example.")
    ignores_tags: bool = Field(default=False, description="mei+test@ is delivered to mei@")
    ignores_dots: bool = Field(default=False, description="mei.t@ is delivered to meit@")


class LinkingDomainOut(Schema):
    """A domain that does not look at a part of its addresses."""

    ref: str
    name: str
    ignores_tags: bool
    ignores_dots: bool
    changed_at: Instant
    changed_by: str

    @classmethod
    def of(cls, domain: LinkingDomain) -> Self:
        same = {name: getattr(domain, name) for name in cls.model_fields if name != "ref"}
        return cls(ref=str(domain.ref), **same)


class LinkingDomainPage(PageOf[LinkingDomainOut]):
    @classmethod
    def whole(cls, domains: Iterable[LinkingDomain]) -> Self:
        """All of them: they are few."""
        return cls(data=[LinkingDomainOut.of(one) for one in domains], page=NextPage(next=None))
