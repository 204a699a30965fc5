"""OpenAI API organizations, as the product sees any provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from tenure.connectors.base import (
    Collection,
    Credentials,
    Description,
    Pacer,
    ReadEvent,
    Validation,
)
from tenure.connectors.openai.description import DESCRIPTION
from tenure.connectors.openai.listings import LISTINGS
from tenure.connectors.openai.reading import Patience, Reader
from tenure.connectors.openai.typed import check_typed

if TYPE_CHECKING:
    from tenure.connectors.openai.client import Answer, Client, Endpoint


class OpenAIConnector:
    """Reads one organization with one key. Made per run and closed after it."""

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
        self._reader = Reader(self._get, pacer=pacer, patience=patience or Patience())

    def __repr__(self) -> str:
        return f"OpenAIConnector({self._credentials!r})"

    def validate(self) -> Validation:
        """What the key is and sees, in about eight reads. Raises Refusal."""
        check_typed(self._credentials, allow_hosts=self._allow_hosts)
        from tenure.connectors.openai.validation import judge

        return judge(self._client, self._credentials)

    def collections(self) -> Sequence[Collection]:
        return [Collection(kind=listing.kind, tier=listing.tier) for listing in LISTINGS.values()]

    def read(
        self, collection: Collection, *, resume_after: str | None = None
    ) -> Iterator[ReadEvent]:
        """Raises KeyError for a kind that is not ours."""
        return self._reader.read(LISTINGS[collection.kind], after=resume_after)

    def close(self) -> None:
        self._reader.close()
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> Client:
        # Here and not above: the SDK takes a second to import, and pages and --help need none.
        from tenure.connectors.openai.client import Client

        return Client(self._credentials, allow_hosts=self._allow_hosts)

    def _get(self, endpoint: Endpoint, **parameters: object) -> Answer:
        return self._client.get(endpoint, **parameters)
