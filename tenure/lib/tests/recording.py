"""A small HTTP server for tests that keeps what it was sent and answers what it is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Sent:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """One answer to give. `pieces` are sent one by one, calling `between` before each."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    pieces: list[bytes] | None = None
    between: Callable[[], object] = lambda: None


class Recording:
    """`answer` decides by the request; what came is in `sent`, names asked for by TLS in `sni`."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.sni: list[str | None] = []
        self.answer: Callable[[Sent], Answer] = lambda _: Answer()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    record: Recording

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Sent(self.command, self.path, headers, self.rfile.read(length))
        self.record.sent.append(request)
        self._give(self.record.answer(request))

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def _give(self, answer: Answer) -> None:
        pieces = answer.pieces if answer.pieces is not None else [answer.body]
        self.close_connection = "content-length" in answer.headers
        length = {"content-length": str(sum(map(len, pieces)))}
        self.send_response(answer.status)
        for name, value in (length | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            for piece in pieces:
                answer.between()
                self.wfile.write(piece)
                self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, object]:
        accepted, address = super().get_request()
        if self.tls is None:
            return accepted, address
        try:
            return self.tls.wrap_socket(accepted, server_side=True), address
        except OSError:
            accepted.close()
            raise

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextlib.contextmanager
def recording(tls: ssl.SSLContext | None = None) -> Iterator[Recording]:
    """Serve on a free loopback port until the block ends."""
    record = Recording()
    if tls is not None:
        tls.sni_callback = lambda _, name, __: record.sni.append(name)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"record": record}))
    server.tls = tls
    record.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield record
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
