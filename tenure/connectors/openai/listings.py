"""The lists we read, one row each. A new collection is a row here, its struct and its fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tenure.connectors.base import CollectionKind
from tenure.connectors.facts import Fact
from tenure.connectors.openai import wire

if TYPE_CHECKING:
    # Never imported for real here: it takes a second.
    from tenure.connectors.openai.addresses import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How one kind of list is asked for, paged and understood.

    `cursor` is the field that says where the next page begins; the families differ. Of a kind with
    a parent, `endpoint` and `to_fact` take the parent's id as their last positional argument.
    From what a log lacks nothing is concluded: it is complete with unreadable records as well.
    """

    kind: CollectionKind
    endpoint: Endpoint
    cursor: Literal["last_id", "next"]
    decoder: msgspec.json.Decoder[Any]
    to_fact: Callable[..., Fact]
    parameters: Mapping[str, object] = field(default_factory=dict)
    is_log: bool = False


USERS = Listing(
    kind=CollectionKind(kind="users"),
    endpoint=lambda api: api.users.with_raw_response.list,
    cursor="last_id",
    decoder=msgspec.json.Decoder(wire.User),
    to_fact=wire.account,
)
INVITES = Listing(
    kind=CollectionKind(kind="invites"),
    endpoint=lambda api: api.invites.with_raw_response.list,
    cursor="last_id",
    decoder=msgspec.json.Decoder(wire.Invite),
    to_fact=wire.invitation,
)
PROJECTS = Listing(
    kind=CollectionKind(kind="projects"),
    endpoint=lambda api: api.projects.with_raw_response.list,
    cursor="last_id",
    # Left out, archived projects are hidden, and would seem deleted.
    parameters={"include_archived": True},
    decoder=msgspec.json.Decoder(wire.Project),
    to_fact=wire.project,
)
PROJECT_USERS = Listing(
    kind=CollectionKind(
        kind="project_users", tier="detail", parent="projects", family="project_users"
    ),
    endpoint=lambda api: api.projects.users.with_raw_response.list,
    cursor="last_id",
    decoder=msgspec.json.Decoder(wire.Member),
    to_fact=wire.membership,
)

LISTINGS = {row.kind.kind: row for row in (USERS, INVITES, PROJECTS, PROJECT_USERS)}
