from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.inventory import access_wording
from tenure.inventory.projects import ways_to
from tenure.inventory.queries import (
    PROJECT_FILTERS,
    REACH_FILTERS,
    AccessThen,
    GrantLine,
    NotKnown,
    Reach,
)
from tenure.inventory.reconstructing import Held
from tenure.inventory.schemas.accounts import AccountOut
from tenure.lib.endpoints import Instant, Named, NextPage, PageOf, PageQuery, one_of


class ProjectsQuery(PageQuery):
    show: str = one_of(PROJECT_FILTERS, "all", "Which projects, as on the page.")
    q: str = Field("", max_length=200, description="Part of a name or an id.")


class ReachQuery(PageQuery):
    show: str = one_of(REACH_FILTERS, "all", "Which of those who reach it, as on the page.")


class ProjectOut(Schema):
    """A project. Its counts are null where nobody can tell: it is over, or was never read."""

    ref: str
    connection: Named
    external_id: str
    name: str
    state: str
    is_out_of_scope: bool
    scope_reason: str
    scope_decided_by: str
    scope_decided_at: Instant | None
    members: int | None
    owners: int | None
    leavers: int | None
    read_at: Instant | None

    @classmethod
    def of(cls, project: Any, reach: Reach | None) -> Self:  # noqa: ANN401 - a project with its list
        return cls(
            ref=str(project.ref),
            connection=Named.of(project.connection),
            external_id=project.external_id,
            name=project.name,
            state=access_wording.project_state(project).word.lower(),
            is_out_of_scope=project.is_out_of_scope,
            scope_reason=project.scope_reason,
            scope_decided_by=project.scope_decided_by,
            scope_decided_at=project.scope_decided_at,
            members=project.member_count if reach and project.read_at else None,
            owners=reach.owners if reach else None,
            leavers=reach.leavers if reach else None,
            read_at=project.read_at,
        )


class ProjectPage(PageOf[ProjectOut]):
    pass


class Way(Schema):
    """A role on a project, and how its holder comes to it."""

    role: str
    path: str
    group: str


class ReachOut(Schema):
    """An account that reaches a project, by which ways, and since when where it is a member."""

    account: AccountOut
    ways: list[Way]
    member_since: Instant | None

    @property
    def ways_in_words(self) -> str:
        """`owner (direct); owner (organization owner)`."""
        return "; ".join(f"{way.role} ({way.path})" for way in self.ways)

    @classmethod
    def of(cls, account: Any, grants: Sequence[GrantLine]) -> Self:  # noqa: ANN401 - an account with its person
        own = next((grant for grant in grants if not grant.via), None)
        return cls(
            account=AccountOut.of(account),
            ways=[Way(**one._asdict()) for one in sorted(ways_to(account, grants))],
            member_since=own.began_at if own else None,
        )


class ReachPage(PageOf[ReachOut]):
    pass


class AccessQuery(PageQuery):
    """Of a page after the first, `cursor` alone counts for the instant."""

    on: str = Field(
        "now", max_length=40, description="A day (its end), an instant with offset, or now."
    )
    connection: str = Field("", max_length=100, description="Name or ref; all without one.")
    person: str = Field("", max_length=320, description="Work or other e-mail of a person.")


class HeldOut(Schema):
    """A role that an account held then. `certainty` says between which reads it is not known."""

    connection: str
    account: str | None
    external_id: str
    email: str
    name: str
    person: str | None
    entitlement: str
    role: str
    path: str
    project: str | None
    since: Instant
    certainty: str
    last_read: Instant | None

    @classmethod
    def of(cls, one: Held) -> Self:
        return cls(
            connection=one.connection,
            account=str(one.account_ref) if one.account_ref else None,
            external_id=one.external_id,
            email=one.email,
            name=one.name,
            person=one.person or None,
            entitlement=access_wording.entitlement(
                one.role, resource=one.resource, projects=one.projects, via=one.via
            ),
            role=one.role,
            path=one.path,
            project=str(one.resource_ref) if one.resource_ref else None,
            since=one.since,
            certainty=access_wording.certainty(one.between),
            last_read=one.read_at,
        )


class GapOut(Schema):
    """A list of which nobody can tell what stood on it then."""

    connection: str
    list_name: str
    known_since: Instant | None

    @classmethod
    def of(cls, gap: NotKnown) -> Self:
        return cls(
            connection=gap.connection,
            list_name=f"members of {gap.resource}" if gap.resource else "users",
            known_since=gap.known_since,
        )


class AccessPage(Schema):
    """Who had what at an instant, and of which lists that is not known."""

    at: Instant
    data: list[HeldOut]
    not_known: list[GapOut]
    page: NextPage

    @classmethod
    def part(cls, then: AccessThen, *, first: int, limit: int, following: str | None) -> Self:
        return cls(
            at=then.at,
            data=[HeldOut.of(one) for one in then.held[first : first + limit]],
            not_known=[GapOut.of(gap) for gap in then.not_known],
            page=NextPage(next=following),
        )
