from __future__ import annotations

from datetime import date
from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.inventory.models import AccountLink, Invitation
from tenure.inventory.queries import PEOPLE_FILTERS, Profile
from tenure.lib.endpoints import Instant, Named, PageOf, PageQuery, one_of


class PeopleQuery(PageQuery):
    show: str = one_of(PEOPLE_FILTERS, "all", "Which people, as on the page.")
    q: str = Field(
        "", max_length=200, description="Part of a name, an address, a department or an id."
    )
    department: str = Field("", max_length=200, description="Only of this department.")
    manager: str = Field("", max_length=320, description="Only whom this address manages.")
    source: str = Field("", max_length=100, description="Only whom this people source knows.")


class PersonOut(Schema):
    """A human in the directory; `state` is as of now."""

    ref: str
    email: str
    external_id: str
    name: str
    state: str
    kind: str
    title: str
    department: str
    manager: str | None
    starts_on: date | None
    ends_on: date | None
    ends_at: Instant | None
    time_zone: str

    @classmethod
    def columns(cls, person: Any) -> dict[str, Any]:  # noqa: ANN401 - a person with state and manager
        """What every shape of a person says of them."""
        return {
            "ref": str(person.ref),
            "email": person.email,
            "external_id": person.external_id,
            "name": person.name,
            "state": person.state,
            "kind": person.kind,
            "title": person.title,
            "department": person.department,
            "manager": person.manager or None,
            "starts_on": person.starts_on,
            "ends_on": person.ends_on,
            "ends_at": person.ends_at,
            "time_zone": person.time_zone,
        }


class PersonRow(PersonOut):
    """A person, and how many accounts that work they have."""

    accounts: int

    @classmethod
    def of(cls, person: Any) -> Self:  # noqa: ANN401 - same, with their number of accounts
        return cls(**cls.columns(person), accounts=person.account_count)


class PeoplePage(PageOf[PersonRow]):
    pass


class AccountHeld(Schema):
    """An account that is a person's."""

    account: Named
    connection: Named
    external_id: str
    role: str
    status: str
    since: Instant
    method: str

    @classmethod
    def of(cls, link: AccountLink) -> Self:
        account = link.account
        return cls(
            account=Named.of(account),
            connection=Named.of(account.connection),
            external_id=account.external_id,
            role=account.role,
            status=account.status,
            since=account.began_at,
            method=link.method,
        )


class OfferedOut(Schema):
    """Access that was offered to one of a person's addresses."""

    ref: str
    connection: Named
    email: str
    role: str
    status: str
    invited_at: Instant | None
    expires_at: Instant | None

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        return cls(
            ref=str(invitation.ref),
            connection=Named.of(invitation.connection),
            email=invitation.email,
            role=invitation.role,
            status=invitation.status,
            invited_at=invitation.invited_at,
            expires_at=invitation.expires_at,
        )


class PersonDetail(PersonOut):
    """A person with the rule that made their state, and what they hold."""

    why: str
    may_hold_access: bool
    other_emails: list[str]
    accounts: list[AccountHeld]
    invitations: list[OfferedOut]

    @classmethod
    def whole(
        cls, profile: Profile, links: list[AccountLink], invitations: list[Invitation]
    ) -> Self:
        person = profile.person
        return cls(
            **cls.columns(person),
            why=profile.why.rule,
            may_hold_access=profile.why.may_hold_access,
            other_emails=list(profile.other_emails),
            accounts=[
                AccountHeld.of(link) for link in links if link.state == AccountLink.State.CONFIRMED
            ],
            invitations=[OfferedOut.of(one) for one in invitations],
        )
