from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ninja import Schema

from tenure.inventory import access_wording
from tenure.inventory.models import Resource
from tenure.inventory.queries import GrantLine
from tenure.inventory.showing import account_holdings
from tenure.lib.endpoints import Instant, Named


class RightOut(Schema):
    """Something an account can do now: by which path, since when, given by whom as far as the
    provider's log tells, and when that was read last."""

    entitlement: str
    role: str
    path: str
    project: Named | None
    group: Named | None
    is_out_of_scope: bool
    since: Instant
    known: str
    added_by: str
    read_at: Instant | None


def rights_of(account: Any, grants: list[GrantLine]) -> Iterable[RightOut]:  # noqa: ANN401 - same
    """Everything that the account can do now."""
    held = account_holdings(account, grants)
    if held.is_gone:
        return
    began = access_wording.known(
        at=account.began_at,
        not_before=account.began_not_before,
        known_by=account.began_known_by,
    )
    own = RightOut(
        entitlement=access_wording.entitlement(account.role),
        role=account.role,
        path="direct",
        project=None,
        group=None,
        is_out_of_scope=False,
        since=account.began_at,
        known=began,
        added_by="",
        read_at=account.seen_at,
    )
    yield own
    if held.implied:
        every = access_wording.entitlement(account.role, projects=account.open_projects)
        yield own.model_copy(update={"entitlement": every, "path": "organization owner"})
    for one in (*held.direct, *held.through):
        line = one.line
        is_below = line.resource_kind == Resource.Kind.PROJECT
        yield RightOut(
            entitlement=access_wording.entitlement(
                line.role_name or line.role, resource=line.project, via=line.via
            ),
            role=line.role,
            path="group" if line.via else "direct",
            project=Named(ref=str(line.project_ref), name=line.project) if is_below else None,
            group=Named(ref=str(line.via_ref), name=line.via) if line.via else None,
            is_out_of_scope=one.line.is_out_of_scope,
            since=one.line.began_at,
            known=one.added,
            added_by=line.added_by,
            read_at=one.line.read_at,
        )
