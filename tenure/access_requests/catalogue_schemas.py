"""The catalogue, policies and approver groups as the API shows them, and what it takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import UUID

import msgspec
from ninja import Schema
from pydantic import Field

from tenure.access_requests import queries
from tenure.access_requests.catalogue_models import ApprovalPolicy, ApproverGroup
from tenure.access_requests.offering import KINDS, Offer
from tenure.access_requests.policy_rules import as_policy
from tenure.access_requests.writing import EntryWords, PolicyWords
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, Named, NextPage, PageOf, PageQuery, one_of
from tenure.lib.errors import Invalid


class CatalogueQuery(PageQuery):
    person: str = Field("", max_length=320, description="For whom; oneself without.")
    kind: str = one_of(("", *KINDS), "")
    connection: UUID | None = Field(None, description="Only of this connection.")
    q: str = Field("", max_length=200, description="In names and descriptions.")


class OfferOut(Schema):
    """One thing that can be asked for, or why not: `why_not` is empty where it may be."""

    resource: Named
    kind: str
    connection: Named
    role: str
    title: str
    description: str
    owner: Named | None
    is_privileged: bool
    is_offered: bool
    is_held: bool
    why_not: str
    durations: list[int]
    most_days: int | None
    needs_reason: bool

    @classmethod
    def of(cls, offer: Offer) -> OfferOut:
        same = ("role", "title", "description", "is_privileged", "is_offered", "is_held")
        more = ("why_not", "most_days", "needs_reason")
        return OfferOut(
            **{name: getattr(offer, name) for name in (*same, *more)},
            resource=Named.of(offer.resource),
            kind=offer.resource.kind,
            connection=Named.of(offer.resource.connection),
            owner=Named.of(offer.owner) if offer.owner else None,
            durations=list(offer.durations),
        )


class OfferPage(PageOf[OfferOut]):
    @classmethod
    def about(cls, asked: CatalogueQuery, *, actor: Actor) -> Self:
        """A page has the things of so many organizations, projects and groups."""
        me = queries.person_acting(actor=actor)
        person = queries.person_named(asked.person, actor=actor) if asked.person else me
        said = queries.CatalogueAsked(
            search=asked.q,
            kind=asked.kind,
            connection=str(asked.connection or ""),
            cursor=asked.cursor,
            limit=asked.limit,
        )
        some = queries.catalogue(said, actor=actor, of=person)
        offers = [OfferOut.of(one) for shelf in some.rows for one in shelf.offers]
        return cls(data=offers, page=NextPage(next=some.next))


class PreviewQuery(Given):
    role: str = Field("", max_length=120, description="The least there is, without.")
    person: str = Field("", max_length=320, description="By e-mail or ref; oneself without.")
    days: int | None = Field(None, ge=1, le=3650)
    until: date | None = None


class PreviewStepOut(Schema):
    title: str
    needs: str
    asked: list[Named]
    why: list[str]


class PreviewOut(Schema):
    """Who would be asked, in order."""

    says: str
    policy: str
    approves_itself: bool
    steps: list[PreviewStepOut]

    @classmethod
    def about(cls, resource: UUID, asked: PreviewQuery, *, actor: Actor) -> PreviewOut:
        person = queries.person_named(asked.person, actor=actor)
        seen = queries.preview(
            resource,
            asked.role or None,
            person=person,
            days=asked.days,
            until=asked.until,
            actor=actor,
        )
        return PreviewOut(
            says=seen.in_words,
            policy=seen.policy_name,
            approves_itself=seen.approves_itself,
            steps=[
                PreviewStepOut(
                    title=step.title,
                    needs=step.needs,
                    asked=[Named.of(one.person) for one in step.asked],
                    why=[one.why for one in step.asked],
                )
                for step in seen.steps
            ],
        )


class EntryIn(Given):
    """How one thing is offered, all of it."""

    resource: UUID
    role: str = Field("", max_length=120)
    title: str = Field("", max_length=200)
    description: str = Field("", max_length=1000)
    listing: str = one_of(("default", "listed", "hidden"), "default")
    why_hidden: str = Field("", max_length=300)
    departments: list[str] = Field([], max_length=50)
    person_kinds: list[str] = Field([], max_length=3)
    durations: list[int] = Field([], max_length=10)
    most_days: int | None = Field(None, ge=1, le=3650)
    needs_reason: bool = True
    owner: str = Field("", max_length=320, description="A person by e-mail or ref.")
    policy: UUID | None = None

    def words(self) -> EntryWords:
        said = self.model_dump(exclude={"resource", "role", "policy"})
        return EntryWords(**said, policy=self.policy or "")


class PolicyIn(Given):
    """A policy, all of it. `rules` are as answers show them."""

    name: str = Field(max_length=100)
    rules: dict[str, Any]
    is_default: bool = False
    escalates_to: str = Field("", max_length=320, description="A person by e-mail or ref.")

    def words(self) -> PolicyWords:
        try:
            rules = as_policy(self.rules)
        except msgspec.ValidationError as error:
            raise Invalid(f"These rules are not those of a policy: {error}.", field="rules") from (
                error
            )
        return PolicyWords(
            name=self.name,
            rules=rules,
            is_default=self.is_default,
            escalates_to=self.escalates_to,
        )


class PolicyOut(Schema):
    ref: str
    name: str
    rules: dict[str, Any]
    is_default: bool
    escalates_to: Named | None
    version: int
    changed_at: Instant | None
    changed_by: str

    @classmethod
    def of(cls, policy: ApprovalPolicy) -> PolicyOut:
        same = ("name", "rules", "is_default", "version", "changed_at", "changed_by")
        return PolicyOut(
            **{name: getattr(policy, name) for name in same},
            ref=str(policy.ref) if policy.pk else "",
            escalates_to=Named.of(policy.escalates_to) if policy.escalates_to else None,
        )


class PolicyPage(PageOf[PolicyOut]):
    @classmethod
    def whole(cls, policies: Iterable[ApprovalPolicy]) -> Self:
        """All of them: they are few."""
        return cls(data=[PolicyOut.of(one) for one in policies], page=NextPage(next=None))


class ApproverGroupIn(Given):
    """A group, all of it; people by e-mail or ref."""

    name: str = Field(max_length=100)
    people: list[str] = Field(min_length=1, max_length=200)


class ApproverGroupOut(Schema):
    ref: str
    name: str
    people: list[Named]

    @classmethod
    def of(cls, group: ApproverGroup) -> ApproverGroupOut:
        people = [Named.of(one) for one in group.people.all()]
        return ApproverGroupOut(ref=str(group.ref), name=group.name, people=people)


class ApproverGroupPage(PageOf[ApproverGroupOut]):
    @classmethod
    def whole(cls, groups: Iterable[ApproverGroup]) -> Self:
        """All of them: they are few."""
        return cls(data=[ApproverGroupOut.of(one) for one in groups], page=NextPage(next=None))
