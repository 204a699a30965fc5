from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.inventory import activity_wording, queries
from tenure.inventory.marking_rules import PEOPLE
from tenure.inventory.models import AccountLink, Ownership
from tenure.inventory.queries import ACCOUNT_FILTERS, SUGGESTION_FILTERS, LinkLine
from tenure.inventory.queries.accounts import SORTS
from tenure.inventory.schemas.activity import ActivityFields
from tenure.inventory.schemas.rights import RightOut, rights_of
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, Named, NextPage, PageOf, PageQuery, one_of


class AccountsQuery(PageQuery):
    show: str = one_of(ACCOUNT_FILTERS, "all", "Which accounts, as on the page.")
    q: str = Field("", max_length=200, description="Part of a name, an address or an id.")
    sort: str = one_of(SORTS, "name", "In which order.")


class SuggestionsQuery(PageQuery):
    show: str = one_of(SUGGESTION_FILTERS, "all", "Which suggestions, as on the page.")


class LinkIn(Given):
    """Whose an account is."""

    person: str = Field(max_length=320, description="Work or other e-mail of the person.")
    reason: str = Field("", max_length=300, description="How you know.")


class ReasonIn(Given):
    """Why."""

    reason: str = Field(max_length=300)


class PersonSaid(Schema):
    """Whose an account is, and whether their tenure runs."""

    ref: str
    name: str
    email: str
    state: str


class AccountOut(Schema):
    """An account, and whose it is. `link` is null where an account is no single person's."""

    ref: str
    connection: Named
    external_id: str
    email: str
    name: str
    kind: str
    is_break_glass: bool
    status: str
    role: str
    link: str | None
    person: PersonSaid | None
    is_leaver: bool
    since: Instant
    last_activity: Instant | None
    last_activity_source: str = Field(description="Who says so; unknown is not never.")

    @classmethod
    def columns(cls, account: Any) -> dict[str, Any]:  # noqa: ANN401 - an account with its person's columns
        """What every shape of an account says of it."""
        return {
            "ref": str(account.ref),
            "connection": Named.of(account.connection),
            "external_id": account.external_id,
            "email": account.email,
            "name": account.name,
            "kind": account.kind,
            "is_break_glass": account.is_break_glass,
            "status": account.status,
            "role": account.role,
            "link": _link(account),
            "person": _person(account),
            "is_leaver": account.is_leaver,
            "since": account.began_at,
            "last_activity": account.active_at,
            "last_activity_source": activity_wording.source_of(account),
        }

    @classmethod
    def of(cls, account: Any) -> AccountOut:  # noqa: ANN401 - same
        return AccountOut(**cls.columns(account))


class AccountPage(PageOf[AccountOut]):
    @classmethod
    def whole(cls, accounts: Iterable[Any]) -> Self:
        """Those that were named, by name."""
        return cls(data=[AccountOut.of(one) for one in accounts], page=NextPage(next=None))


class LinkOut(Schema):
    """One tie of an account to a person, past or present, suggested or decided."""

    ref: str
    person: Named
    state: str
    method: str
    reason: str
    decided_at: Instant
    decided_by: str
    ended_at: Instant | None

    @classmethod
    def of(cls, line: LinkLine) -> Self:
        return cls(
            ref=str(line.ref),
            person=Named(ref=str(line.person_ref), name=line.person_name),
            state=line.state,
            method=line.method,
            reason=line.reason,
            decided_at=line.decided_at,
            decided_by=line.decided_by,
            ended_at=line.ended_at,
        )


class OwnershipOut(Schema):
    """Who answers for an account that is not simply one person's own, as somebody said it."""

    owner: Named | None
    backup_owner: Named | None
    sponsor: Named | None
    purpose: str
    reason: str
    until: date | None
    review_on: date | None
    decided_at: Instant
    decided_by: str

    @classmethod
    def of(cls, said: Ownership) -> Self:
        rest: dict[str, Any] = {
            name: Named.of(value) if name in PEOPLE and value else value
            for name in cls.model_fields
            for value in [getattr(said, name)]
        }
        return cls(**rest)


class AccountDetail(AccountOut, ActivityFields):
    """An account with its links, the newest first, and everything it can do now."""

    ownership: OwnershipOut | None
    links: list[LinkOut]
    access: list[RightOut]

    @classmethod
    def about(cls, ref: UUID, *, actor: Actor) -> Self:
        account, links = queries.account_by_ref(ref, actor=actor)
        said = getattr(account, "ownership", None)
        return cls(
            **cls.columns(account),
            **dict(ActivityFields.about_account(account)),
            ownership=OwnershipOut.of(said) if said else None,
            links=[LinkOut.of(line) for line in links],
            access=list(rights_of(account, queries.grants_of(account, actor=actor))),
        )


class StepOut(Schema):
    """Something that happened, and how that is known."""

    at: Instant
    what: str
    known: str


class Explanation(Schema):
    """How we know of an account: which list, read when and by which run, the provider's own record,
    and everything that happened to it."""

    ref: str
    external_id: str
    connection: Named
    list_name: str
    read_at: Instant | None
    run: str | None
    since: Instant
    since_known: str
    person: str | None
    linked_by: str | None
    record: Any
    record_changed_at: Instant | None
    history: list[StepOut]


class SuggestionOut(Schema):
    """Whose an account might be, and why; it waits for a human."""

    ref: str
    account: Named
    email: str
    person: Named
    person_email: str
    method: str
    reason: str
    suggested_at: Instant

    @classmethod
    def of(cls, link: AccountLink) -> Self:
        return cls(
            ref=str(link.ref),
            account=Named.of(link.account),
            email=link.account.email,
            person=Named.of(link.person),
            person_email=link.person.email,
            method=link.method,
            reason=link.reason,
            suggested_at=link.decided_at,
        )


class SuggestionPage(PageOf[SuggestionOut]):
    pass


def _link(account: Any) -> str | None:  # noqa: ANN401 - an account with its person's columns
    if account.person_state:
        return "linked"
    if account.kind not in AccountLink.KINDS:
        return None
    return "suggested" if account.is_suggested else "unlinked"


def _person(account: Any) -> PersonSaid | None:  # noqa: ANN401 - same
    if not account.person_state:
        return None
    names = (account.person_name, account.person_email, account.person_external_id)
    return PersonSaid(
        ref=str(account.person_ref),
        name=next(filter(None, names), ""),
        email=account.person_email,
        state=account.person_state,
    )
