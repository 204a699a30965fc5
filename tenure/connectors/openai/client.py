"""One organization's administration API, one request at a time.

The official SDK knows the URLs, parameters and errors; it gets neither the key nor the network.
Both are `_Wire`'s, which writes what leaves from scratch: whatever the SDK read from `OPENAI_*`
variables (it reads seven, and one of them can replace the Authorization header) ends there.
Importing this module costs a second, because of the SDK: import it when the first request is due.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import httpx2
import msgspec
import openai
from openai.resources.admin.organization import Organization

import tenure
from tenure.connectors.base import Credentials, ProviderError
from tenure.connectors.openai import errors
from tenure.lib.outbound import NotReached
from tenure.lib.outbound_client import LONGEST_ANSWER, PermittedTransport

BASE_URL = "https://api.openai.com/v1"
CONNECTIONS = 8  # requests under way at once, however many threads read
SILENCE = 30.0  # seconds without a byte; the SDK's own default is ten minutes


class _Raw(Protocol):
    """What the SDK's raw methods answer, as far as it is used."""

    @property
    def content(self) -> bytes: ...
    @property
    def headers(self) -> httpx2.Headers: ...


# One of the SDK's raw methods, found on the SDK's own map of the API.
Endpoint = Callable[[Organization], Callable[..., _Raw]]


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
        # Every argument that is left out would be read from the environment.
        self._sdk = openai.OpenAI(
            admin_api_key="added on the wire",
            api_key="",
            organization=credentials.organization_id,
            base_url=credentials.base_url or BASE_URL,
            timeout=silence,
            max_retries=0,
            http_client=httpx2.Client(
                transport=self._wire, trust_env=False, follow_redirects=False
            ),
        )
        # Read from OPENAI_CUSTOM_HEADERS; one that is not ASCII would fail every request.
        self._sdk._custom_headers = {}

    def get(self, endpoint: Endpoint, *whose: str, **parameters: object) -> Answer:
        """The answer to one read. Raises ProviderError, which carries nothing of the request."""
        failure: ProviderError
        try:
            raw = endpoint(self._sdk.admin.organization)(*whose, **parameters)
            if not errors.looks_like_html(raw.headers, raw.content):
                return Answer(
                    body=raw.content,
                    request_id=raw.headers.get("x-request-id"),
                    organization=raw.headers.get("openai-organization", ""),
                )
            failure = errors.proxy_page(200)
        except openai.APIStatusError as error:
            answer = error.response
            after = parameters.get("after")
            failure = errors.refused(
                answer.status_code,
                answer.headers,
                answer.content,
                cursor=after if isinstance(after, str) else None,
            )
        except NotReached as error:
            failure = errors.unreachable(error)
        except (openai.OpenAIError, httpx2.HTTPError):
            failure = errors.unreadable()
        # Raised out here so that it has no context: the SDK's errors hold requests and answers.
        raise failure

    @property
    def log(self) -> Sequence[Asked]:
        return self._wire.log

    def close(self) -> None:
        # Not the SDK's own close: what another thread asks for after it fails as no failure does.
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
        return httpx2.Request(
            request.method,
            request.url,
            headers=httpx2.Headers(
                {
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "Authorization": f"Bearer {self._credentials.api_key}",
                    "OpenAI-Organization": self._credentials.organization_id,
                    "User-Agent": f"tenure/{tenure.__version__}",
                    **({"Content-Type": "application/json"} if body else {}),
                }
            ),
            content=body or None,
            extensions=request.extensions,
        )
