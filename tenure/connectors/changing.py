"""What a connector may change at a provider, and how it is read before and after.

A change is one request, sent once and never repeated by the connector. Whether to send it, and
again, is decided by who keeps the record of it; a connector only says what it saw.

    connector.look(target)       one read by id: there or not, who it is, whose organization answers
    connector.look_in_list(...)  the same question to the list it would be in
    connector.find(kind, email)  whoever has an address, where no id is known yet
    connector.organization()     which organization the ids of its own roles name
    connector.change(change)     the one request that changes something

Nothing here says whether a change is allowed or wise.
"""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import msgspec

from tenure.connectors.base import FailureKind, ProviderError
from tenure.lib import structs

TargetKind = Literal[
    "member",  # a user of the organization
    "admin_key",
    "project_key",
    "invitation",
    "project_member",
    "group_member",
    "service_account",
]
Action = Literal["remove", "add", "change"]
# Where something is given: [project id, role] pairs.
Places = tuple[tuple[str, str], ...]
# What is known of a change whose answer is no good one.
Outcome = Literal[
    "refused",  # the provider said no, so nothing was changed
    "not_sent",  # it never left, or met nobody
    "unknown",  # it may have been done: read before anything else
]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing at a provider, by the ids that the provider gave it.

    `parent_id` is the project or group it is in; empty for what is the organization's own. An
    invitation that is to be made has no id yet: then `id` is the address.
    """

    kind: TargetKind
    id: str
    parent_id: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What tells one target from another that got its id or its place; empty where it has none.

    `owner_id` is whose a key is; `hint` is a key's value as the provider shows it, cut.
    """

    email: str = ""
    name: str = ""
    role: str = ""
    owner_id: str = ""
    hint: str = ""


identity_of = structs.converter(Identity)


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What one read said of a target.

    `identity` is None when it is not there. `organization` is what the answer's header holds: an
    id or a short name, or nothing. `status` is the provider's word where a target has one, such as
    pending or accepted of an invitation. `id` is for what was found by its address. `projects` is
    where an invitation leads; None where the answer does not say.
    """

    identity: Identity | None
    organization: str = ""
    status: str = ""
    request_id: str | None = None
    id: str = ""
    projects: Places | None = None

    @property
    def is_there(self) -> bool:
        return self.identity is not None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Whatever a list has with an address, each with its id; nothing when it was read to its end
    without."""

    sights: tuple[Sight, ...]
    organization: str = ""
    request_id: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One request that changes something.

    `role` is what is given. An invitation goes to `email` and leads to `projects`: exactly there,
    and nowhere when it is empty.
    """

    action: Action
    target: Target
    role: str = ""
    email: str = ""
    projects: Places = ()


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """The provider accepted a change. What came of it is for a read to say.

    `id` is what an invitation that was made goes by.
    """

    status: int
    request: str
    organization: str = ""
    request_id: str | None = None
    id: str = ""


class ChangeFailed(ProviderError):
    """A change that brought no good answer. The message is a sentence.

    `outcome` says what is known, and `request_id` is the provider's, when it answered.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        outcome: Outcome,
        status: int | None = None,
        may_pass: bool = False,
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(kind, message, status=status, may_pass=may_pass, retry_after=retry_after)
        self.outcome = outcome
        self.request_id = request_id


@runtime_checkable
class Changing(Protocol):
    """The half of a connector that changes things; `connectors.base.Connector` is the other."""

    def look(self, target: Target) -> Sight:
        """Read a target by its id. Raises ProviderError for anything but there or not there.

        What is in an archived project is neither, but `parent_gone`.
        """
        ...

    def look_in_list(self, target: Target, identity: Identity) -> Sight:
        """Read the list that a target would be in, narrowed by its identity where that is possible.

        `identity` is as known before; who has another e-mail address since is not found by the old
        one, but by `look`. Raises ProviderError unless the list was read to its end, or the target
        was found; what is in a project or group that is no more is `parent_gone`.
        """
        ...

    def find(self, kind: TargetKind, email: str) -> Found:
        """Read the list of members or invitations to its end, for whoever has an address.

        Case does not count. Raises ProviderError unless the end was reached.
        """
        ...

    def organization(self) -> str:
        """The id of the organization that its own roles name; empty when they name none.

        Raises ProviderError.
        """
        ...

    def change(self, change: Change) -> Changed:
        """Send one request. Raises ChangeFailed, and nothing else of the exchange.

        To remove what is not there is `refused` with the kind `not_found`.
        """
        ...

    def family(self, target: Target) -> str:
        """Which budget of requests a target's endpoints draw on, as in CollectionKind."""
        ...

    def close(self) -> None:
        """Let go of sockets."""
        ...
