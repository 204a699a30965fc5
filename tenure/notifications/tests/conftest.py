from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import settings

from tenure.lib.clock import now
from tenure.notifications import queries, services
from tenure.notifications.calling import Checked
from tenure.notifications.models import OutboxMessage, Target
from tenure.notifications.operations.add_target import add_target
from tenure.notifications.tasks import deliver_mail, send_due_notices
from tenure.notifications.topics import Event
from tenure.testing.cast import actor_of, email_of, user_of

WHAT = {"person": "Noor el-Amin", "what": "account noor@halden.example in OpenAI"}
WHEN = {"since": "1 March 2026", "due": "2 March 2026 18:00 UTC"}


@dataclass
class Listener:
    """A service on the loopback that takes JSON, or answers with another status."""

    port: int
    status: int = 200
    location: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hooks/s3cr3t"


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard = self.rfile.read(int(self.headers["Content-Length"]))
            if here.status == 200:
                here.got.append(json.loads(heard))
            self.send_response(here.status)
            if here.location:
                self.send_header("Location", here.location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Listener(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def target_at(db: None) -> Callable[..., Target]:
    """`target_at(url, "leaver_with_access")`: a target that is told of these topics.

    Apprise is asked about its address when something is sent, and in the tests of adding one.
    """

    def add(url: str, *topics: str, name: str = "#access") -> Target:
        address = services.read(url, allow=settings.TENURE_PROVIDER_HOSTS_ALLOW)
        checked = Checked(url, address.slug, address.tail)
        return add_target(name=name, checked=checked, topics=topics, actor=actor_of("ada"))

    return add


def leaver(*names: str, number: int = 0, **fields: str) -> Event:
    """A new leaver with access, who concerns these members of the cast."""
    return Event(
        to=[email_of(user_of(name) and name) for name in names],
        fields={**WHAT, **WHEN, "person": f"Leaver {number}", **fields},
        url=f"https://tenure.halden.example/findings/{number}",
        subject="leavers-deprovisioned",
        list_url="https://tenure.halden.example/tests/leavers",
    )


def failing(*names: str, subject: str = "one", **fields: str) -> Event:
    """A connection that fails."""
    return Event(
        to=[email_of(user_of(name) and name) for name in names],
        fields={"name": "OpenAI", "since": "today", "reason": "The key was revoked.", **fields},
        url="https://tenure.halden.example/connections/1",
        subject=subject,
    )


def deliver() -> None:
    """Everything in the outbox leaves."""
    waiting = OutboxMessage.objects.filter(state="queued")
    for ref in waiting.order_by("id").values_list("ref", flat=True):
        deliver_mail.func(str(ref))


def waiting_groups() -> list[queries.Group]:
    return queries.due_groups(at=now(), actor=actor_of_the_worker())


def actor_of_the_worker():
    from tenure.lib.actor import Actor

    return Actor("job", "test", "Tenure")


def pass_on() -> None:
    """What the clock does each minute."""
    send_due_notices.func()
