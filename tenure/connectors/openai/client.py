"""One organization's administration API, one request at a time.

The official SDK knows the addresses and gets neither the key nor the network. Both are `_Wire`'s,
which writes what leaves from scratch. Importing this module costs a second, because of the SDK:
import it when the first request is due.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import httpx2
import msgspec

import tenure
from tenure.connectors.base import Credentials, ProviderError
from tenure.connectors.openai import errors
from tenure.connectors.openai.addresses import Asking, Endpoint, address
from tenure.lib.outbound import NotReached
from tenure.lib.outbound_client import LONGEST_ANSWER, PermittedTransport

BASE_URL = "https://api.openai.com/v1"
CONNECTIONS = 8  # requests under way at once, however many threads read
SILENCE = 30.0  # seconds without a byte


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, and what its headers said of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # A refusal may quote the key.
        return f"Answer({self.status})"

    @property
    def request_id(self) -> str | None:
        return self.headers.get("x-request-id")

    @property
    def organization(self) -> str:
        return self.headers.get("openai-organization", "")

    def failure(self, *, cursor: str | None = None) -> ProviderError | None:
        """What is wrong with the answer to a read that went on from `cursor`; None for 2xx."""
        if self.status >= HTTPStatus.MULTIPLE_CHOICES:
            return errors.refused(self.status, self.headers, self.body, cursor=cursor)
        if errors.looks_like_html(self.headers, self.body):
            return errors.proxy_page(HTTPStatus.OK)
        return None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it was sent, for showing to the person whose key it used."""

    path: str
    status: int | None
    milliseconds: int


class Client:
    """Speaks for one organization with one key, also from several threads at once.

    `silence` and `longest` are seconds: without a byte, and for an answer as a whole. `log` has the
    last requests, oldest first.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        allow_hosts: Sequence[str] = (),
        silence: float = SILENCE,
        longest: float = LONGEST_ANSWER,
    ) -> None:
        network = PermittedTransport(allow=allow_hosts, longest=longest, connections=CONNECTIONS)
        self._wire = _Wire(credentials, network)
        self._base = (credentials.base_url or BASE_URL).rstrip("/")
        self._extensions = {"timeout": httpx2.Timeout(silence).as_dict()}

    def get(self, endpoint: Endpoint, *whose: str, **parameters: object) -> Answer:
        """The good answer to one read. Raises ProviderError, without anything of the request."""
        answer = self.read(endpoint, *whose, **parameters)
        after = parameters.get("after") or parameters.get("page")
        if failure := answer.failure(cursor=after if isinstance(after, str) else None):
            raise failure
        return answer

    def read(self, endpoint: Endpoint, *whose: str, **parameters: object) -> Answer:
        """Whatever answer one read got. Raises ProviderError when there was none."""
        failure: ProviderError
        try:
            return self.send(Asking("GET", address(endpoint, *whose, **parameters)))
        except NotReached as error:
            failure = errors.unreachable(error)
        raise failure

    def send(self, asking: Asking) -> Answer:
        """One request, sent once. Raises NotReached, which carries nothing of it."""
        failure: NotReached
        url = self._base + asking.path
        try:
            answer = self._wire.handle_request(
                httpx2.Request(
                    asking.method, url, content=asking.body or None, extensions=self._extensions
                )
            )
            return Answer(status=answer.status_code, headers=answer.headers, body=answer.content)
        except NotReached as error:
            failure = NotReached(error.why, str(error), has_left=error.has_left)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            failure = NotReached("unreadable", str(errors.unreadable()))
        # Raised out here so that it has no context: an exchange holds requests and answers.
        raise failure

    @property
    def log(self) -> Sequence[Asked]:
        return self._wire.log

    def close(self) -> None:
        self._wire.close()


class _Wire(httpx2.BaseTransport):
    """The last place before the network, and the only one that has the key."""

    def __init__(self, credentials: Credentials, network: httpx2.BaseTransport) -> None:
        self._credentials = credentials
        self._network = network
        self._is_closed = False
        self.log: deque[Asked] = deque(maxlen=32)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._is_closed:
            raise NotReached(
                "broken", "Nothing more is asked for: the connector was closed.", has_left=False
            )
        began, status = time.monotonic(), None
        try:
            answer = self._network.handle_request(self._rewritten(request))
            status = answer.status_code
        finally:
            self.log.append(
                Asked(
                    path=request.url.raw_path.decode("ascii"),
                    status=status,
                    milliseconds=round((time.monotonic() - began) * 1000),
                )
            )
        return answer

    def close(self) -> None:
        self._is_closed = True
        self._network.close()

    def _rewritten(self, request: httpx2.Request) -> httpx2.Request:
        """The same method, URL and body under headers of our own."""
        body = request.read()
        organization = self._credentials.organization_id
        return httpx2.Request(
            request.method,
            request.url,
            headers=httpx2.Headers(
                {
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "Authorization": f"Bearer {self._credentials.api_key}",
                    **({"OpenAI-Organization": organization} if organization else {}),
                    "User-Agent": f"tenure/{tenure.__version__}",
                    **({"Content-Type": "application/json"} if body else {}),
                }
            ),
            content=body or None,
            extensions=request.extensions,
        )
