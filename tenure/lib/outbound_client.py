"""A way out to addresses a person typed: it leads where `outbound` permits, and nowhere else.

The name is resolved once and the connection made to an address that was judged; TLS still verifies
the name. No redirects, no proxy, no netrc and no certificate file from the environment. An answer
is read whole, within a time and a size. Failures leave as `NotReached`, without the frames (and so
without the request and its headers) in which they happened.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Iterable, Sequence
from functools import cache

import httpcore2
import httpx2

from tenure.lib.errors import Invalid
from tenure.lib.outbound import NotReached, check_origin, permitted_addresses

LONGEST_ANSWER = 60.0  # seconds, however slowly it trickles in
LARGEST_ANSWER = 64 * 1024 * 1024  # bytes, before and after decompression


@cache
def _usual_tls() -> ssl.SSLContext:
    """Reading the authorities of the system takes longer than most exchanges."""
    return httpx2.create_ssl_context(trust_env=False)


class _PermittedBackend(httpcore2.SyncBackend):
    """Connects to permitted addresses of a host, in the resolver's order."""

    def __init__(self, allow: Sequence[str]) -> None:
        self._allow = allow

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        *others, last = permitted_addresses(host, port, allow=self._allow)
        for address in others:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return super().connect_tcp(last, port, timeout, local_address, socket_options)


class _Departure:
    """Hears from the pool what it does, and remembers when the first byte of a request is due.

    Connecting and TLS come before; a byte that was due is taken for sent.
    """

    def __init__(self) -> None:
        self.has_begun = False

    def __call__(self, event: str, _info: object) -> None:
        self.has_begun = self.has_begun or event.endswith("send_request_headers.started")


class PermittedTransport(httpx2.BaseTransport):
    """Sends one request and returns its whole answer, or raises NotReached.

    The request's own timeout holds for connecting and for each read; `longest`, in seconds, for the
    answer as a whole, and `largest`, in bytes, for its body. At most so many `connections` at once.
    """

    def __init__(
        self,
        *,
        allow: Sequence[str] = (),
        tls: ssl.SSLContext | None = None,
        longest: float = LONGEST_ANSWER,
        largest: int = LARGEST_ANSWER,
        connections: int = 4,
    ) -> None:
        self._allow = tuple(allow)
        self._longest, self._largest = longest, largest
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls or _usual_tls(),
            max_connections=connections,
            keepalive_expiry=30,
            network_backend=_PermittedBackend(self._allow),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        host, departure = request.url.host, _Departure()
        failure: NotReached
        try:
            check_origin(request.url.scheme, host, allow=self._allow)
            return self._answer(request, departure)
        except Invalid as error:
            failure = NotReached("forbidden", str(error))
        except NotReached as error:
            failure = NotReached(error.why, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not carry the request
            failure = _in_words(error, host)
        failure.has_left = departure.has_begun
        # Raised out here so that it has no context: the frames above hold the headers.
        raise failure

    def close(self) -> None:
        self._pool.close()

    def _answer(self, request: httpx2.Request, departure: _Departure) -> httpx2.Response:
        deadline = time.monotonic() + self._longest
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions={**request.extensions, "trace": departure},
            )
        )
        body = bytearray()
        try:
            for chunk in answer.iter_stream():
                body += chunk
                if time.monotonic() > deadline:
                    raise httpcore2.ReadTimeout
                if len(body) > self._largest:
                    raise self._too_large()
        finally:
            answer.close()
        headers = httpx2.Headers(answer.headers)
        content = bytes(body)
        if content and headers.get("content-encoding", "").lower() == "gzip":
            del headers["content-encoding"]
            content = self._inflated(content)
        return httpx2.Response(answer.status, headers=headers, content=content)

    def _inflated(self, content: bytes) -> bytes:
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        plain = inflater.decompress(content, self._largest)
        if inflater.unconsumed_tail:
            raise self._too_large()
        if not inflater.eof:
            raise httpcore2.RemoteProtocolError
        return plain

    def _too_large(self) -> NotReached:
        megabytes = self._largest // 1_048_576
        return NotReached("too_large", f"The answer was larger than {megabytes} MB, so it was cut.")


def _in_words(error: Exception, host: str) -> NotReached:
    """The failure of one exchange as a sentence; quotes nothing of the exchange."""
    cause = error.__context__ or error  # the pool raises `from None`
    if isinstance(cause, ssl.SSLCertVerificationError):
        return NotReached(
            "tls",
            f"The certificate of {host} could not be verified ({cause.verify_message}): if a proxy "
            "inspects traffic, add its authority to this server's certificate store.",
        )
    if isinstance(cause, ssl.SSLError):
        return NotReached(
            "tls", f"No secure connection to {host} could be made: check what answers there."
        )
    if isinstance(error, httpcore2.TimeoutException):
        return NotReached(
            "timeout",
            f"{host} did not answer in time: check that this server may call it, then try again.",
        )
    if isinstance(error, httpcore2.ConnectError):
        return NotReached(
            "refused",
            f"No connection to {host} could be made: check this server's route and firewall.",
        )
    return NotReached("broken", f"The connection to {host} broke off: try again in a minute.")
