from __future__ import annotations

from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.inventory import role_wording
from tenure.inventory.models import Entitlement, EntitlementChange
from tenure.inventory.queries import ROLE_FILTERS, Way
from tenure.inventory.roles import paths
from tenure.inventory.schemas.accounts import AccountOut, StepOut
from tenure.lib.endpoints import Instant, Named, PageOf, PageQuery, one_of


class RolesQuery(PageQuery):
    show: str = one_of(ROLE_FILTERS, "all", "Which roles, as on the page.")
    q: str = Field("", max_length=200, description="Part of a name, a permission or a project.")


class HoldersQuery(PageQuery):
    pass


class RoleOut(Schema):
    """A role of an organization or of a project.

    `is_custom` is null where no catalogue has it: it is known from grants alone, and so are its
    permissions. `held_directly` and `held_through_groups` count accounts; somebody may be in both.
    """

    ref: str
    connection: Named
    external_id: str
    name: str
    description: str
    resource_kind: str
    resource: Named
    is_custom: bool | None
    is_privileged: bool
    permissions: list[str]
    held_directly: int
    held_through_groups: int
    groups: int
    ended_at: Instant | None

    @classmethod
    def columns(cls, role: Any) -> dict[str, Any]:  # noqa: ANN401 - a role with its counts
        """What every shape of a role says of it."""
        return {
            "ref": str(role.ref),
            "connection": Named.of(role.connection),
            "external_id": role.provider_id or role.external_id,
            "name": role_wording.label(role.external_id, role.name),
            "description": role.description,
            "resource_kind": role.resource.kind,
            "resource": Named.of(role.resource),
            "is_custom": None if role.is_predefined is None else not role.is_predefined,
            "is_privileged": role_wording.is_privileged(role),
            "permissions": role_wording.permissions_of(role),
            "held_directly": role.direct_count,
            "held_through_groups": role.through_count,
            "groups": role.group_count,
            "ended_at": role.ended_at,
        }

    @classmethod
    def of(cls, role: Any) -> RoleOut:  # noqa: ANN401 - same
        return RoleOut(**cls.columns(role))


class RolePage(PageOf[RoleOut]):
    pass


class RoleDetail(RoleOut):
    """A role with when its catalogue was read, and how it changed."""

    read_at: Instant | None
    history: list[StepOut]

    @classmethod
    def about(cls, role: Any, changes: list[EntitlementChange]) -> Self:  # noqa: ANN401 - same
        steps = role_wording.steps_of_role(changes)
        return cls(
            **cls.columns(role),
            read_at=role.read_at,
            history=[StepOut(at=one["at"], what=one["text"], known=one["note"]) for one in steps],
        )


class PathOut(Schema):
    """How an account comes to a role: `group` is null where it holds the role by itself."""

    group: Named | None
    known: str


class HolderOut(Schema):
    """An account that holds a role, and by which ways."""

    account: AccountOut
    paths: list[PathOut]

    @property
    def paths_in_words(self) -> str:
        """`direct; through ML platform`."""
        return "; ".join(
            f"through {one.group.name}" if one.group else "direct" for one in self.paths
        )

    @classmethod
    def of(cls, account: Any, role: Entitlement, ways: list[Way]) -> Self:  # noqa: ANN401 - an account with its person
        return cls(
            account=AccountOut.of(account),
            paths=[
                PathOut(group=one["group"] and Named.of(one["group"]), known=one["since"])
                for one in paths(account, role, ways)
            ],
        )


class HolderPage(PageOf[HolderOut]):
    pass
