from __future__ import annotations

from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.inventory import access_wording, group_wording, role_wording
from tenure.inventory.group_wording import Given
from tenure.inventory.models import Resource, ResourceChange
from tenure.inventory.queries import GROUP_FILTERS, MEMBER_FILTERS, GivenLine, GrantLine
from tenure.inventory.schemas.accounts import AccountOut, StepOut
from tenure.lib.endpoints import Instant, Named, PageOf, PageQuery, one_of


class GroupsQuery(PageQuery):
    show: str = one_of(GROUP_FILTERS, "all", "Which groups, as on the page.")
    q: str = Field("", max_length=200, description="Part of a name or an id.")


class MembersQuery(PageQuery):
    show: str = one_of(MEMBER_FILTERS, "all", "Which of those in it, as on the page.")


class GroupOut(Schema):
    """A group. Its number of members is null where nobody can tell: it is over, or was never
    read."""

    ref: str
    connection: Named
    external_id: str
    name: str
    is_scim_managed: bool | None
    members: int | None
    leavers: int
    projects: int
    read_at: Instant | None
    read_state: str
    read_reason: str
    ended_at: Instant | None

    @classmethod
    def columns(cls, group: Any) -> dict[str, Any]:  # noqa: ANN401 - a group with its counts
        """What every shape of a group says of it."""
        return {
            "ref": str(group.ref),
            "connection": Named.of(group.connection),
            "external_id": group.external_id,
            "name": group.name,
            "is_scim_managed": group.is_scim_managed,
            "members": group.member_count if group.read_at and group.is_open else None,
            "leavers": group.leaver_count,
            "projects": group.project_count,
            "read_at": group.read_at,
            "read_state": group.read_state,
            "read_reason": group.read_reason,
            "ended_at": group.ended_at,
        }

    @classmethod
    def of(cls, group: Any) -> GroupOut:  # noqa: ANN401 - same
        return GroupOut(**cls.columns(group))


class GroupPage(PageOf[GroupOut]):
    pass


class GivenOut(Schema):
    """What everybody in a group has through it: a role of the organization or of a project, or
    being in a project, of which `role` is then null."""

    entitlement: str
    role: Named | None
    resource_kind: str
    resource: Named
    is_out_of_scope: bool
    is_privileged: bool
    since: Instant
    known: str

    @classmethod
    def of(cls, given: Given) -> Self:
        line = given.line
        label = role_wording.label(line.role, line.role_name)
        return cls(
            entitlement=given.words,
            role=Named(ref=str(line.role_ref), name=label) if line.kind == "role" else None,
            resource_kind=line.resource_kind,
            resource=Named(ref=str(line.resource_ref), name=line.resource),
            is_out_of_scope=line.is_out_of_scope,
            is_privileged=given.is_privileged,
            since=line.began_at,
            known=given.added,
        )


class GroupDetail(GroupOut):
    """A group with what being in it gives, and everything that happened to it."""

    gives: list[GivenOut]
    history: list[StepOut]

    @classmethod
    def about(cls, group: Resource, changes: list[ResourceChange], given: list[GivenLine]) -> Self:
        steps = group_wording.steps_of_group(changes) + group_wording.steps_of_given(given)
        steps.sort(key=lambda step: step["at"], reverse=True)
        return cls(
            **cls.columns(group),
            gives=[GivenOut.of(one) for one in group_wording.current(given)],
            history=[StepOut(at=one["at"], what=one["text"], known=one["note"]) for one in steps],
        )


class GroupMemberOut(Schema):
    """An account in a group, and since when."""

    account: AccountOut
    since: Instant | None
    known: str

    @classmethod
    def of(cls, account: Any, grant: GrantLine | None) -> Self:  # noqa: ANN401 - an account with its person
        known = grant and access_wording.added(
            at=grant.began_at, not_before=grant.began_not_before, known_by=grant.began_known_by
        )
        return cls(
            account=AccountOut.of(account),
            since=grant.began_at if grant else None,
            known=known or "",
        )


class GroupMemberPage(PageOf[GroupMemberOut]):
    pass
