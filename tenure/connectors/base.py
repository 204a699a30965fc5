"""The contract between Tenure and a provider. Pure: no framework, no database, no settings.

A connector is made for one connection and one credential. It declares what it can do, judges the
credential before anything is stored, and reads collections page by page. Each page is handed over
as soon as it is here, and every collection ends with a `CollectionEnd` that says whether it was
read completely: only then may what is missing be called gone.

    for event in connector.read(collection):
        Page           rows of facts, how many items the provider sent, and the place reached
        Wait           sleep so many seconds and ask for the next event, or close the iterator and
                       come back, also in another process, with read(collection, resume=its place)
        CollectionEnd  complete | incomplete | unavailable | skipped, with the reason in words

What a provider says about itself is never trusted to be complete or well-formed, and never quoted
with anything that looks like a key in it. Exceptions that leave a connector carry no request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Literal, Protocol

import msgspec

from tenure.connectors.describing import CapabilityRow, Description
from tenure.connectors.facts import Fact
from tenure.connectors.judging import Found, Probe, Validation
from tenure.connectors.uploads import Upload
from tenure.lib.secrets import redact

__all__ = ["CapabilityRow", "Description", "Found", "Probe", "Upload", "Validation"]  # parts of it

CollectionState = Literal["complete", "incomplete", "unavailable", "skipped"]
Capability = Literal["read", "invite", "grant", "revoke", "suspend", "remove"]
Tier = Literal["identity", "detail"]
# Why a provider, or the way to it, said no. Health, pages and exit codes are built on it.
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
    "stale_cursor",  # the place to go on from is known no longer: begin again
    "parent_gone",  # whose list it is was archived or deleted
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


class CollectionKind(msgspec.Struct, frozen=True, kw_only=True):
    """One sort of list, as a connector declares it.

    With a `parent` there is one such list for each fact of that kind; `of_archived` says that one
    may exist below what is archived, too. Requests draw on the budget of their `family`, or on the
    organization's alone. A page holds at most `page_rows`, and a list takes `requests` or more.
    What was read whole is read again after `every_s` seconds.
    """

    kind: str
    tier: Tier = "identity"
    parent: str = ""
    of_archived: bool = False
    family: str = ""
    page_rows: int = 100
    requests: int = 1
    every_s: int = 0


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One list the provider keeps, such as the organization's users or the members of a project.

    `kind` names the sort of list; `parent_id` whose it is; `principal_id` who holds what it lists,
    such as the group in the roles of a group in a project. `key` is unique per connection. What
    happened well before `since` is known already, where a list is of what happened.
    """

    kind: str
    parent_id: str = ""
    principal_id: str = ""
    since: datetime | None = None

    @property
    def whose(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.parent_id, self.principal_id)))

    @property
    def key(self) -> str:
        return ":".join((self.kind, *self.whose))


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a reading stands: enough to go on from in another process.

    `cursor` is where the next page begins, `attempt` how often it was asked for in vain, and
    `visited` the cursors gone through, so that a circle is noticed across pauses.
    """

    cursor: str | None = None
    attempt: int = 0
    visited: tuple[str, ...] = ()


BEGINNING = Place()


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of one answer, in the order received.

    `received` counts the items sent: `recognized` ones were read before and are not in `facts`,
    `aside` ones belong into another list, `unreadable` ones make the collection incomplete, also
    when the rest is read after a pause. A record sent twice is twice in `facts`. `place` is where
    the next page begins, after the last one nowhere. `remarks` are sentences for the run's record;
    `digest` is the SHA-256 of the page as it was sent, in hex.
    """

    facts: Sequence[Fact]
    received: int
    recognized: int = 0
    aside: int = 0
    place: Place = BEGINNING
    request_id: str | None = None
    remarks: tuple[str, ...] = ()
    is_last: bool = False
    digest: str = ""

    @property
    def unreadable(self) -> int:
        return self.received - self.recognized - self.aside - len(self.facts)


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A pause before the next page. The caller sleeps, or leaves and comes back to `place`.

    `because` of our own `budget`, of the `provider` who wants less of us, or of a `fault` that may
    pass. Asking for the next event before the time has come is allowed.
    """

    seconds: float
    reason: str
    place: Place
    family: str
    because: Literal["budget", "provider", "fault"]


class CollectionEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How the reading of a collection ended.

    `reason` is a sentence, empty when complete; `kind` says what stopped us, when something did.
    `as_of` is when what was read was so, where that is not the moment of reading.
    """

    state: CollectionState
    reason: str = ""
    kind: FailureKind | None = None
    as_of: datetime | None = None


ReadEvent = Page | Wait | CollectionEnd


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector needs to speak for one connection. Nothing that prints it shows a key."""

    organization_id: str
    api_key: str
    base_url: str = ""
    removal_key: str | None = None
    upload: Upload | None = None

    def __repr__(self) -> str:
        # Keys get pasted into the wrong field.
        return f"Credentials({redact(self.organization_id)})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("organization_id", redact(self.organization_id))]


class Pacer(Protocol):
    """Keeps requests within a budget. Called by several threads at once."""

    def acquire(self, family: str) -> float:
        """Take one request: 0.0 when it may be sent now.

        Otherwise nothing was taken, and it is worth asking again after so many seconds.
        """
        ...


# True for a record that is byte for byte what was read before.
Recognizes = Callable[[bytes], bool]


class Connector(Protocol):
    """Everything the product reads of a provider. What it changes there is told in `changing`."""

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

    def organization_id(self) -> str:
        """Which organization a key given without one is of. Raises Refusal; never writes."""
        ...

    @classmethod
    def collection_kinds(cls) -> Sequence[CollectionKind]:
        """The sorts of lists to read, parents before children; known without a credential."""
        ...

    def read(
        self,
        collection: Collection,
        *,
        resume: Place = BEGINNING,
        recognizes: Recognizes | None = None,
    ) -> Iterator[ReadEvent]:
        """Read one collection page by page; the last event is always a CollectionEnd.

        Everything is fetched in the caller's thread; several threads may read different
        collections at once. Closing the iterator early is allowed. What is read after `resume` is
        complete only together with what was read before it. What `recognizes` says is known is
        counted and not decoded.
        """
        ...

    def events(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        of_members: bool = False,
        resume: Place = BEGINNING,
    ) -> Iterator[ReadEvent]:
        """What happened from `since` to `until` or now, both included, as the provider's log says.

        Pages of EventFact, the newest first where the provider keeps an order; told like a list.
        A log that is switched off ends `unavailable`, or is empty: nobody can tell that from a
        quiet organization. With `of_members` it is that of who joined and left groups, if any.
        """
        ...

    def close(self) -> None:
        """Let go of sockets. What is being read in other threads ends soon, as incomplete."""
        ...
