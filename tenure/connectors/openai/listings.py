"""The lists we read, one row each. A new collection is a row here, its struct and its fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tenure.connectors.base import Tier
from tenure.connectors.facts import Fact
from tenure.connectors.openai import wire

if TYPE_CHECKING:
    # Never imported for real here: it takes a second.
    from tenure.connectors.openai.client import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How one kind of list is asked for, paged and understood.

    `cursor` is the field that says where the next page begins; the families differ.
    """

    kind: str
    endpoint: Endpoint
    cursor: Literal["last_id", "next"]
    limit: int
    decoder: msgspec.json.Decoder[Any]
    to_fact: Callable[[Any, bytes], Fact]
    tier: Tier = "identity"


USERS = Listing(
    kind="users",
    endpoint=lambda api: api.users.with_raw_response.list,
    cursor="last_id",
    limit=100,
    decoder=msgspec.json.Decoder(wire.User),
    to_fact=wire.account,
)
INVITES = Listing(
    kind="invites",
    endpoint=lambda api: api.invites.with_raw_response.list,
    cursor="last_id",
    limit=100,
    decoder=msgspec.json.Decoder(wire.Invite),
    to_fact=wire.invitation,
)

LISTINGS = {listing.kind: listing for listing in (USERS, INVITES)}
