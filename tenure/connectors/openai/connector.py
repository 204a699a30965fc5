"""OpenAI API organizations, as the product sees any provider."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from tenure.connectors.base import (
    BEGINNING,
    Collection,
    CollectionKind,
    Credentials,
    Description,
    Pacer,
    Place,
    ReadEvent,
    Recognizes,
    Validation,
)
from tenure.connectors.changing import (
    Change,
    Changed,
    Found,
    Identity,
    Sight,
    Target,
    TargetKind,
)
from tenure.connectors.openai import targets
from tenure.connectors.openai.buckets import USAGE, read_usage
from tenure.connectors.openai.changes import Changes
from tenure.connectors.openai.costs import COSTS, read_costs
from tenure.connectors.openai.description import DESCRIPTION
from tenure.connectors.openai.events import within
from tenure.connectors.openai.listings import LISTINGS
from tenure.connectors.openai.patience import Patience
from tenure.connectors.openai.reading import Reader
from tenure.connectors.openai.typed import check_key, check_typed

if TYPE_CHECKING:
    from tenure.connectors.openai.addresses import Endpoint
    from tenure.connectors.openai.client import Answer, Client


class OpenAIConnector:
    """Reads and changes one organization with one key. Made per run and closed after it."""

    description: ClassVar[Description] = DESCRIPTION

    def __init__(
        self,
        credentials: Credentials,
        *,
        allow_hosts: Sequence[str] = (),
        pacer: Pacer | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._credentials = credentials
        self._allow_hosts = tuple(allow_hosts)
        self._patience = patience or Patience()
        self._reader = Reader(self._get, pacer=pacer, patience=self._patience)
        self._changes = Changes(self._client)
        self._made: Client | None = None
        self._is_closed = False
        self._making = threading.Lock()

    def __repr__(self) -> str:
        return f"OpenAIConnector({self._credentials!r})"

    def validate(self) -> Validation:
        """What the key is and sees, in about eight reads. Raises Refusal."""
        check_typed(self._credentials, allow_hosts=self._allow_hosts)
        from tenure.connectors.openai.validation import judge

        return judge(self._client(), self._credentials)

    def organization_id(self) -> str:
        check_key(self._credentials, allow_hosts=self._allow_hosts)
        from tenure.connectors.openai.validation import organization_of

        return organization_of(self._client(), self._credentials)

    @classmethod
    def collection_kinds(cls) -> Sequence[CollectionKind]:
        return [*(listing.kind for listing in LISTINGS.values()), USAGE, COSTS]

    def read(
        self,
        collection: Collection,
        *,
        resume: Place = BEGINNING,
        recognizes: Recognizes | None = None,
    ) -> Iterator[ReadEvent]:
        """Raises KeyError for a kind that is not ours."""
        if collection.kind == USAGE.kind:
            return read_usage(self._reader, self._get, since=collection.since, resume=resume)
        if collection.kind == COSTS.kind:
            return read_costs(self._reader, self._get, resume=resume, recognizes=recognizes)
        listing = LISTINGS[collection.kind]
        return self._reader.read(listing, collection, resume=resume, recognizes=recognizes)

    def events(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        of_members: bool = False,
        resume: Place = BEGINNING,
    ) -> Iterator[ReadEvent]:
        listing = within(since, until, of_members=of_members)
        return self._reader.read(listing, Collection(kind=listing.kind.kind), resume=resume)

    def look(self, target: Target) -> Sight:
        return self._changes.look(target)

    def look_in_list(self, target: Target, identity: Identity) -> Sight:
        return self._changes.look_in_list(target, identity)

    def find(self, kind: TargetKind, email: str) -> Found:
        return self._changes.find(kind, email)

    def organization(self) -> str:
        return self._changes.organization()

    def change(self, change: Change) -> Changed:
        return self._changes.change(change)

    def family(self, target: Target) -> str:
        return targets.ROWS[target.kind].listing.kind.family

    def close(self) -> None:
        self._reader.close()
        with self._making:
            self._is_closed = True
            if self._made is not None:
                self._made.close()

    def _client(self) -> Client:
        """One for all threads, made when the first request is due."""
        # Here and not above: the SDK takes a second to import, and pages and --help need none.
        from tenure.connectors.openai.client import Client

        with self._making:
            if self._made is None:
                self._made = Client(
                    self._credentials,
                    allow_hosts=self._allow_hosts,
                    silence=self._patience.silence,
                    longest=self._patience.answer,
                )
                if self._is_closed:
                    self._made.close()
            return self._made

    def _get(self, endpoint: Endpoint, *whose: str, **parameters: object) -> Answer:
        return self._client().get(endpoint, *whose, **parameters)
