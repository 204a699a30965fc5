"""What accounts hold, as lines: their own, and those of the groups they are in. No queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from tenure.inventory.access_rules import Moment, later, sooner
from tenure.inventory.models import KnownBy, Resource


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role on something, from when until when, and of which account: None for a stranger, and
    for what a group holds.

    `project` is whatever it is a role on; of a `group` it is being in there. `via` is the group
    through which the account holds it, empty where it is its own; `inherited_from` are ids of
    groups, where it is the provider who says so. `added_by` is who gave it, as far as the
    provider's log tells.
    """

    id: int
    role: str
    role_name: str
    list_id: int
    list_kind: str
    external_id: str
    account_id: int | None
    account_name: str | None
    account_email: str | None
    group_ref: UUID | None
    group_name: str | None
    resource_kind: str
    project_ref: UUID
    project_name: str
    project_id: str
    is_out_of_scope: bool
    read_at: datetime | None
    began_at: datetime
    began_not_before: datetime | None
    began_known_by: str
    began_in: int
    ended_at: datetime | None
    ended_not_before: datetime | None
    ended_known_by: str
    ended_in: int | None
    inherited_from: str = ""
    via: str = ""
    via_ref: UUID | None = None
    added_by: str = ""

    @property
    def project(self) -> str:
        if self.resource_kind == Resource.Kind.ORGANIZATION:
            return "the organization"
        return self.project_name or self.project_id

    @property
    def who(self) -> str:
        return self.account_name or self.account_email or self.group_name or self.external_id

    @property
    def is_membership(self) -> bool:
        return self.resource_kind == Resource.Kind.GROUP


# Where a line's fields are found from a grant; those that are not named here have their own name.
_PATHS = {
    "role": "entitlement__external_id",
    "role_name": "entitlement__name",
    "list_id": "collection_id",
    "list_kind": "collection__kind",
    "account_name": "account__name",
    "account_email": "account__email",
    "group_ref": "group__ref",
    "group_name": "group__name",
    "resource_kind": "entitlement__resource__kind",
    "project_ref": "entitlement__resource__ref",
    "project_name": "entitlement__resource__name",
    "project_id": "entitlement__resource__external_id",
    "is_out_of_scope": "entitlement__resource__is_out_of_scope",
    "read_at": "collection__completed_at",
    "began_in": "run_id",
    "ended_in": "ended_run_id",
    "inherited_from": "via_group_ids",
}
LINE = {
    field.name: _PATHS.get(field.name, field.name)
    for field in fields(GrantLine)
    if field.name not in ("via", "via_ref", "added_by")
}


def with_groups(told: Iterable[GrantLine], held: Iterable[GrantLine]) -> list[GrantLine]:
    """What one account holds: its lines as they are `told`, and what its groups have `held`."""
    lines = list(told)
    own = [line for line in lines if not line.inherited_from]
    through = joint_lines([line for line in own if line.is_membership], held)
    said = [line for line in lines if line.inherited_from]
    return [*_once(own), *through, *_not_seen(said, through)]


def joint_lines(being_in: Iterable[GrantLine], held: Iterable[GrantLine]) -> list[GrantLine]:
    """What accounts hold by being in groups, from both kinds of lines."""
    of_group: dict[UUID | None, list[GrantLine]] = {}
    for line in held:
        of_group.setdefault(line.group_ref, []).append(line)
    return [
        joint
        for member in being_in
        for held in of_group.get(member.project_ref, ())
        if (joint := _joint(member, held)) is not None
    ]


def _once(lines: list[GrantLine]) -> Iterator[GrantLine]:
    """Two lists may tell the same right; of those that are held now, the one told first."""
    told: set[tuple[UUID, str]] = set()
    for line in lines:
        right = line.project_ref, line.role
        if line.ended_at is not None or right not in told:
            yield line
        if line.ended_at is None:
            told.add(right)


def _not_seen(said: Iterable[GrantLine], through: Iterable[GrantLine]) -> Iterator[GrantLine]:
    """What the provider says to be inherited from groups, and no list of theirs shows: this key
    may not read them, or they were read at another time."""
    seen = {(line.project_ref, line.role) for line in through if line.ended_at is None}
    for line in said:
        if line.ended_at is None and (line.project_ref, line.role) not in seen:
            yield replace(line, via=f"{line.inherited_from}, which no list shows")


def _joint(member: GrantLine, held: GrantLine) -> GrantLine | None:
    """What being in a group gave while the group had it; None where that never was."""
    began = later(_began(member), _began(held))
    ended = sooner(_ended(member), _ended(held))
    if ended is not None and ended.at <= began.at:
        return None
    since = member if member.began_at >= held.began_at else held
    until = min(
        (one for one in (member, held) if one.ended_at is not None),
        key=lambda one: one.ended_at or one.began_at,
        default=held,
    )
    return replace(
        held,
        account_id=member.account_id,
        account_name=member.account_name,
        account_email=member.account_email,
        external_id=member.external_id,
        began_at=began.at,
        began_not_before=None if began.is_exact else began.not_before,
        began_known_by=since.began_known_by if began.is_exact else KnownBy.BETWEEN_READS,
        ended_at=ended.at if ended else None,
        ended_not_before=None if ended is None or ended.is_exact else ended.not_before,
        ended_known_by=_known_by(ended, until),
        via=member.project,
        via_ref=member.project_ref,
        added_by=since.added_by,
    )


def _known_by(ended: Moment | None, until: GrantLine) -> str:
    if ended is None:
        return ""
    return until.ended_known_by if ended.is_exact else KnownBy.BETWEEN_READS


def _began(line: GrantLine) -> Moment:
    return Moment.known(line.began_at, line.began_not_before, line.began_known_by)


def _ended(line: GrantLine) -> Moment | None:
    if line.ended_at is None:
        return None
    return Moment.known(line.ended_at, line.ended_not_before, line.ended_known_by)
