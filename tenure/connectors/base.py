"""The contract between Tenure and a provider. Pure: no framework, no database, no settings.

A connector is made for one connection and one credential. It declares what it can do, judges the
credential before anything is stored, and reads collections page by page. Each page is handed over
as soon as it is here, and every collection ends with a `CollectionEnd` that says whether it was
read completely: only then may what is missing be called gone.

    for event in connector.read(collection):
        Page           rows of facts, how many items the provider sent, and the place reached
        Wait           sleep so many seconds and ask for the next event, or leave and come back
                       with read(collection, resume_after=the last page's cursor)
        CollectionEnd  complete | incomplete | unavailable | skipped, with the reason in words

What a provider says about itself is never trusted to be complete or well-formed, and never quoted
with anything that looks like a key in it. Exceptions that leave a connector carry no request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Protocol

import msgspec

from tenure.connectors.facts import Fact
from tenure.lib.secrets import redact

CollectionState = Literal["complete", "incomplete", "unavailable", "skipped"]
Capability = Literal["read", "invite", "grant", "revoke", "suspend", "remove"]
Tier = Literal["identity", "detail"]


# Why a provider, or the way to it, said no. Stable: health, pages and exit codes are built on it.
FailureKind = Literal[
    "bad_input",  # what was typed cannot be right; nothing was sent
    "wrong_organization",
    "invalid_key",  # unknown, revoked or expired
    "missing_scope",
    "not_an_admin_key",
    "not_a_member",
    "address_not_allowed",  # the organization accepts only some addresses, and not ours
    "unsupported_region",
    "rate_limited",
    "quota_exhausted",  # waiting does not help
    "not_found",
    "unreachable",  # no answer: name, route, TLS, time
    "not_the_provider",  # an answer, but from something in between
    "unreadable",  # an answer that cannot be decoded
    "provider_error",  # the provider says the fault is its own
    "refused",  # any other no
]


class Refusal(Exception):
    """The credential cannot be used, or cannot be judged. The message says what to do.

    `field` names the input to mend, when it is one: organization_id, api_key or base_url.
    """

    def __init__(self, kind: FailureKind, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.field = field


class ProviderError(Exception):
    """One request failed. The message is a sentence that says what to do.

    `may_pass` is true when the same request may succeed later; `retry_after` is the pause the
    provider asked for, in seconds.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        status: int | None = None,
        may_pass: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.may_pass = may_pass
        self.retry_after = retry_after


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One list the provider keeps, such as the organization's users or the members of a project.

    `kind` names the sort of list; `parent_id` whose it is; `key` is unique per connection.
    """

    kind: str
    parent_id: str = ""
    tier: Tier = "identity"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.parent_id}" if self.parent_id else self.kind


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of one answer, in the order received.

    `received` counts the items sent: those missing from `facts` could not be read, and the
    collection will end incomplete. A record sent twice is twice in `facts`. `cursor` is the place
    reached, None on the last page. `remarks` are sentences for the run's record.
    """

    facts: Sequence[Fact]
    received: int
    cursor: str | None = None
    request_id: str | None = None
    remarks: tuple[str, ...] = ()


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """The provider wants a pause. The reader sleeps, or leaves and comes back later."""

    seconds: float
    reason: str


class CollectionEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How the reading of a collection ended.

    `reason` is a sentence, empty when complete; `kind` says what stopped us, when something did.
    """

    state: CollectionState
    reason: str = ""
    kind: FailureKind | None = None


ReadEvent = Page | Wait | CollectionEnd


class CapabilityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the catalogue's capability table."""

    resource: str
    supported: bool
    used_for: tuple[Literal["tests", "reviews", "requests", "offboarding"], ...] = ()
    limits: str = ""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """A connector's own declaration, from which the catalogue is drawn.

    `links` and `hosts` are (words, URL) pairs; the first host is the usual one.
    `scope_statement` has one place to fill, {organization_id}.
    """

    kind: str
    title: str
    summary: str
    overview: str
    setup_minutes: int
    keywords: tuple[str, ...]
    prerequisites: tuple[str, ...]
    capabilities: tuple[CapabilityRow, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    hosts: tuple[tuple[str, str], ...]
    organization_id_label: str
    organization_id_pattern: str
    key_label: str
    scope_statement: str


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One request made while judging a credential, as it is shown to the person who typed it."""

    method: str
    path: str
    status: int | None
    milliseconds: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One row of "what it can do": what was seen, in words."""

    capability: str
    explains: str
    seen: str
    state: Literal["readable", "missing_scope", "unavailable", "off", "unconfirmed"]


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """What a credential turned out to be, from live reads and before anything is stored.

    `organization_proof` says which answers named the organization by its id. `may_write` and
    `audit_logging` are None where reading alone cannot tell. Instants are Unix seconds.
    `users_seen` counts the first page; `more_users` says that there are others.
    """

    organization_id: str
    organization_name: str | None
    organization_proof: Literal["response_header", "role_ids", "both", "none"]
    key_kind: Literal["admin", "read_only", "limited", "personal"]
    key_hint: str
    found: tuple[Found, ...]
    probes: tuple[Probe, ...]
    may_write: bool | None
    audit_logging: bool | None
    key_owner: str | None = None
    key_owner_id: str | None = None
    key_created_at: int | None = None
    key_expires_at: int | None = None
    users_seen: int | None = None
    more_users: bool = False

    @property
    def is_full(self) -> bool:
        """True when the key limits nothing; what the provider does not offer is no limit of it."""
        return self.key_kind == "admin" and all(r.state != "missing_scope" for r in self.found)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector needs to speak for one connection. Nothing that prints it shows a key."""

    organization_id: str
    api_key: str
    base_url: str = ""
    removal_key: str | None = None

    def __repr__(self) -> str:
        # Keys get pasted into the wrong field.
        return f"Credentials({redact(self.organization_id)})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("organization_id", redact(self.organization_id))]


class Pacer(Protocol):
    """Keeps requests within a budget."""

    def acquire(self, family: str) -> float:
        """Take one request from the budget of `family`: seconds to wait before sending it."""
        ...


class Connector(Protocol):
    """Everything the product asks of a provider. Writing is added where provisioning begins."""

    description: ClassVar[Description]

    def __init__(
        self,
        credentials: Credentials,
        *,
        allow_hosts: Sequence[str] = (),
        pacer: Pacer | None = None,
    ) -> None:
        """Nothing is sent yet. `allow_hosts` are permitted though private, or spoken to by http."""
        ...

    def validate(self) -> Validation:
        """Judge the credential by live reads. Raises Refusal; never writes."""
        ...

    def collections(self) -> Sequence[Collection]:
        """The lists to read, in order; those of a parent appear once the parent is known."""
        ...

    def read(
        self, collection: Collection, *, resume_after: str | None = None
    ) -> Iterator[ReadEvent]:
        """Read one collection page by page; the last event is always a CollectionEnd.

        Closing the iterator early is allowed. What is read after `resume_after` is complete only
        together with what was read before it.
        """
        ...

    def close(self) -> None:
        """Let go of sockets."""
        ...
