"""One organization's administration API, one request at a time.

The official SDK knows the addresses and gets neither the key nor the network. Both are `_Wire`'s,
which writes what leaves from scratch. Importing this module costs a second, because of the SDK:
import it when the first request is due.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from http import HTTPStatus

import httpx2
import msgspec

import tenure
from tenure.connectors.base import Credentials, ProviderError
from tenure.connectors.openai import errors
from tenure.connectors.openai.addresses import Endpoint, address
from tenure.lib.outbound import NotReached
from tenure.lib.outbound_client import LONGEST_ANSWER, PermittedTransport

BASE_URL = "https://api.openai.com/v1"
CONNECTIONS = 8  # requests under way at once, however many threads read
SILENCE = 30.0  # seconds without a byte


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a 2xx answer, and what its headers said."""

    body: bytes
    request_id: str | None
    organization: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it was sent, for showing to the person whose key it used."""

    path: str
    status: int | None
    milliseconds: int


class Client:
    """Reads for one organization with one key, also from several threads at once.

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
        """The answer to one read. Raises ProviderError, which carries nothing of the request."""
        failure: ProviderError
        url = self._base + address(endpoint, *whose, **parameters)
        try:
            answer = self._wire.handle_request(
                httpx2.Request("GET", url, extensions=self._extensions)
            )
            if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
                after = parameters.get("after") or parameters.get("page")
                failure = errors.refused(
                    answer.status_code,
                    answer.headers,
                    answer.content,
                    cursor=after if isinstance(after, str) else None,
                )
            elif errors.looks_like_html(answer.headers, answer.content):
                failure = errors.proxy_page(200)
            else:
                return Answer(
                    body=answer.content,
                    request_id=answer.headers.get("x-request-id"),
                    organization=answer.headers.get("openai-organization", ""),
                )
        except NotReached as error:
            failure = errors.unreachable(error)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.DecodingError):
            failure = errors.unreadable()
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
            raise NotReached("broken", "Nothing more is asked for: the connector was closed.")
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
