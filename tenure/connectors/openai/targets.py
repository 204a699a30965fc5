"""What can be changed, one row each: where it is read, listed, removed and added, and who it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from tenure.connectors.changing import Change, Identity, Places, Target, TargetKind
from tenure.connectors.openai import listings, wire, wire_keys
from tenure.connectors.openai.listings import Listing
from tenure.lib import structs

if TYPE_CHECKING:
    from tenure.connectors.openai.addresses import Endpoint


class Owner(wire_keys.ProjectKeyOwner):
    """An admin key has its owner's id here; a project's key one level below, by the kind."""

    id: str | None = None


class Changeable(msgspec.Struct):
    """What any of the records below tells of itself, as far as it is compared."""

    id: str
    email: str | None = None
    name: str | None = None
    role: str | None = None
    status: str | None = None
    redacted_value: str | None = None
    owner: Owner | None = None
    user: wire.UserDetail | None = None
    # Of members it is another thing, which nobody asks for.
    projects: msgspec.Raw = msgspec.Raw(b"null")

    def places(self) -> Places | None:
        """Where an invitation leads; None when it does not say, which the schema forbids."""
        try:
            projects = _invited_to.decode(self.projects)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if projects is None:
            return None
        return tuple(sorted((one.id or "", one.role or "") for one in projects))

    def identity(self) -> Identity:
        owner, detail = self.owner or Owner(), self.user or wire.UserDetail()
        return Identity(
            email=self.email or detail.email or "",
            name=self.name or detail.name or "",
            role=self.role or "",
            owner_id=(owner.user or owner.service_account or owner).id or "",
            hint=self.redacted_value or "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Endpoints take the target's parent, if it has one, before its id.

    `add` takes the parent alone, and what `given` says in the body. `alter` takes another role.
    With `by_email` the list can be narrowed to one address.
    """

    listing: Listing
    read: Endpoint
    remove: Endpoint
    add: Endpoint | None = None
    given: Callable[[Change], dict[str, object]] = lambda _: {}
    alter: Endpoint | None = None
    by_email: bool = False


def _in_project(one: Callable[..., object]) -> Callable[..., object]:
    """The SDK wants the id first, and the project by its name."""
    return lambda project_id, whose, **given: one(whose, project_id=project_id, **given)


def _user(change: Change) -> dict[str, object]:
    return {"user_id": change.target.id}


def _user_with_role(change: Change) -> dict[str, object]:
    return {"user_id": change.target.id, "role": change.role}


def _invited(change: Change) -> dict[str, object]:
    """The projects always: left out, the default project would be given."""
    projects = [{"id": project, "role": role} for project, role in change.projects]
    return {"email": change.email, "role": change.role, "projects": projects}


def _in_group(one: Callable[..., object]) -> Callable[..., object]:
    return lambda group_id, whose: one(whose, group_id=group_id)


ROWS: dict[TargetKind, Row] = {
    "member": Row(
        listing=listings.USERS,
        read=lambda api: api.users.retrieve,
        remove=lambda api: api.users.delete,
        alter=lambda api: api.users.update,
        by_email=True,
    ),
    "admin_key": Row(
        listing=listings.ADMIN_KEYS,
        read=lambda api: api.admin_api_keys.retrieve,
        remove=lambda api: api.admin_api_keys.delete,
    ),
    "project_key": Row(
        listing=listings.PROJECT_KEYS,
        read=lambda api: _in_project(api.projects.api_keys.retrieve),
        remove=lambda api: _in_project(api.projects.api_keys.delete),
    ),
    "invitation": Row(
        listing=listings.INVITES,
        read=lambda api: api.invites.retrieve,
        remove=lambda api: api.invites.delete,
        add=lambda api: api.invites.create,
        given=_invited,
    ),
    "project_member": Row(
        listing=listings.PROJECT_USERS,
        read=lambda api: _in_project(api.projects.users.retrieve),
        remove=lambda api: _in_project(api.projects.users.delete),
        add=lambda api: api.projects.users.create,
        given=_user_with_role,
        alter=lambda api: _in_project(api.projects.users.update),
    ),
    "group_member": Row(
        listing=listings.GROUP_USERS,
        read=lambda api: _in_group(api.groups.users.retrieve),
        remove=lambda api: _in_group(api.groups.users.delete),
        add=lambda api: api.groups.users.create,
        given=_user,
    ),
    "service_account": Row(
        listing=listings.SERVICE_ACCOUNTS,
        read=lambda api: _in_project(api.projects.service_accounts.retrieve),
        remove=lambda api: _in_project(api.projects.service_accounts.delete),
    ),
}


def whose(target: Target) -> tuple[str, ...]:
    """The ids of a target's address; none when one of them would lead elsewhere.

    There is nothing below an empty id, and dots lead up.
    """
    ids = (target.parent_id, target.id) if ROWS[target.kind].listing.kind.parent else (target.id,)
    return ids if all(one.strip(".") for one in ids) else ()


def decoded(raw: Any) -> Changeable:  # noqa: ANN401 - bytes, or a part of a page
    """Raises DecodeError for what is no record of ours, and UnicodeDecodeError."""
    return _record.decode(raw)


_record = structs.decoder(Changeable)
_invited_to = structs.decoder(list[wire.InvitedTo] | None)  # type: ignore[arg-type] # a union is no type
