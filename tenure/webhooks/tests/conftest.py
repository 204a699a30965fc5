from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tenure.lib.ids import uuid7
from tenure.testing.cast import actor_of, user_of
from tenure.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint
from tenure.webhooks.publishing import publish
from tenure.webhooks.tasks import deliver_due_webhooks


@dataclass
class Receiver:
    """A program on the loopback. It answers with these statuses in turn, then with the last."""

    port: int
    answers: list[int] = field(default_factory=lambda: [204])
    location: str = ""
    trickles: float = 0.0  # seconds between the bytes of an answer that never ends
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tenure"

    @property
    def got(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            here.headers.append({name.lower(): value for name, value in self.headers.items()})
            status = here.answers.pop(0) if len(here.answers) > 1 else here.answers[0]
            self.send_response(status)
            if here.location:
                self.send_header("Location", here.location)
            if not here.trickles:
                self.send_header("Content-Length", "0")
            self.end_headers()
            while here.trickles:
                try:
                    self.wfile.write(b".")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(here.trickles)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Receiver(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    yield here
    here.trickles = 0.0
    server.shutdown()
    server.server_close()


@pytest.fixture
def added(db: None, receiver: Receiver) -> Callable[..., tuple[WebhookEndpoint, str]]:
    """`added("operation.*")`: an endpoint at the receiver, and its secret."""

    def add(*types: str, name: str = "Ticketing") -> tuple[WebhookEndpoint, str]:
        user_of("ada")
        return add_webhook_endpoint(
            name=name, url=receiver.url, types_wanted=types or ["*"], actor=actor_of("ada")
        )

    return add


def happen(
    event_type: str = "operation.failed", *refs: UUID, kind: str = "operation", **data: object
) -> list[WebhookEvent]:
    """Something happens to these, or to something new."""
    refs = refs or (uuid7(),)
    with transaction.atomic():
        publish(event_type, kind, list(refs), data=data)
    return list(WebhookEvent.objects.filter(subject_ref__in=refs).order_by("id"))


def only_delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.select_related("endpoint").get()


def each_minute() -> None:
    """What the clock does."""
    deliver_due_webhooks.func()
