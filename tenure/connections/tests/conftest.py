from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from tenure.cli import main, output
from tenure.connections.connecting import Judged, judge
from tenure.connections.health import Outcome
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connections.operations.report_reading import report_reading
from tenure.connectors.base import Credentials, FailureKind
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.notifications.delivering import rendered
from tenure.notifications.models import OutboxMessage
from tenure.simulator.openai.running import RunningSimulator, running_simulator
from tenure.testing.cast import actor_of


@pytest.fixture(scope="session")
def _simulator() -> Iterator[RunningSimulator]:
    with running_simulator(users=12, projects=2) as simulator:
        yield simulator


@pytest.fixture
def openai(_simulator) -> Iterator[RunningSimulator]:
    """A simulated organization, as new."""
    _simulator.reset()
    yield _simulator
    _simulator.clear_faults()


@pytest.fixture
def credentials(openai) -> Callable[..., Credentials]:
    """`credentials(api_key=…)`: what somebody types, right unless told otherwise."""

    def typed(**changes: str) -> Credentials:
        right = {
            "organization_id": openai.organization_id,
            "api_key": openai.admin_key,
            "base_url": openai.url,
        }
        return Credentials(**{**right, **changes})

    return typed


@pytest.fixture
def judged(credentials) -> Callable[..., Judged]:
    """`judged(api_key=…)`: the same, after the live reads."""
    return lambda **changes: judge(
        kind="openai", credentials=credentials(**changes), actor=actor_of("ada")
    )


@pytest.fixture
def connection(db, judged) -> Connection:
    """The simulated organization, connected with its admin key."""
    return connect_organization(judged=judged(), name="OpenAI", actor=actor_of("ada"))


@pytest.fixture
def fail(connection) -> Callable[..., Connection]:
    """`fail(times=3)`: so many readings in a row, five minutes apart, could read nothing."""

    def report(times: int = 3, *, kind: FailureKind = "invalid_key") -> Connection:
        began = now() - timedelta(minutes=5 * times)
        for number in range(times):
            at = began + timedelta(minutes=5 * number)
            reason = "The key was revoked; replace it."
            outcome = Outcome(at=at, could_read=False, kind=kind, reason=reason)
            report_reading(ref=connection.ref, outcome=outcome, actor=actor_of("mara"))
        connection.refresh_from_db()
        return connection

    return report


@pytest.fixture
def heard(connection) -> Callable[[], list[Any]]:
    """`heard()`: which connections were announced as ready to be read since they were connected."""
    ready = Job.objects.filter(key__startswith="connection.ready:", state=Job.State.QUEUED)
    ready.delete()
    return lambda: [job.arguments["kwargs"] for job in ready.all()]


@pytest.fixture
def mails(db) -> Callable[[], list[EmailMessage]]:
    """`mails()`: everything written so far, oldest first, as it would leave."""
    return lambda: [rendered(message) for message in OutboxMessage.objects.order_by("id")]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def tenure(db, capsys, monkeypatch) -> Callable[..., Ended]:
    """`tenure("connect", "openai", …, stdin=key)`: the command line, in this process."""

    def run(*words: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        monkeypatch.setattr(output.state, "json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return Ended(int(left.value.code or 0), said.out, said.err)

    return run
