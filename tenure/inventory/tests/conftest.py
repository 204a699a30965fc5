from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest

from tenure.connections.connecting import judge
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.inventory import syncing
from tenure.inventory.models import SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.company import company
from tenure.simulator.openai.running import RunningSimulator, running_simulator
from tenure.testing.beginnings import beginning
from tenure.testing.cast import actor_of

USERS, INVITES, PROJECTS, MEMBERS = 130, 3, 1, 2
ROLES, ADMIN_KEYS = 5, 2
ALL = USERS + INVITES + PROJECTS + MEMBERS + ROLES + ADMIN_KEYS


@pytest.fixture(scope="session")
def _organization() -> Iterator[RunningSimulator]:
    with running_simulator(
        users=USERS, invites=INVITES, projects=PROJECTS, members=MEMBERS
    ) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def small_organization() -> Iterator[RunningSimulator]:
    """For files whose `_organization` is next to nothing, to be furnished."""
    with running_simulator(users=4, invites=0, projects=1, members=2) as simulator:
        yield simulator


@pytest.fixture
def openai(_organization) -> Iterator[RunningSimulator]:
    """The file's simulated organization, as new: one of 130 users, where it has no other."""
    _organization.reset()
    yield _organization
    _organization.clear_faults()


@pytest.fixture
def connection(db, openai) -> Connection:
    """The simulated organization, connected with its admin key and without a pace."""
    credentials = Credentials(
        organization_id=openai.organization_id, api_key=openai.admin_key, base_url=openai.url
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of("ada"))
    return connect_organization(
        judged=judged, name="OpenAI", requests_per_minute=None, actor=actor_of("ada")
    )


@pytest.fixture
def sync(connection) -> Callable[[], SyncRun]:
    """`sync()`: a whole run, here and now."""

    def run(**options: object) -> SyncRun:
        asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"), **options)
        syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
        asked.refresh_from_db()
        return asked

    return run


@pytest.fixture
def words_of(client_of) -> Callable[..., str]:
    """`words_of(address)`: what the page says, without its markup."""

    def read(address: str, who: str = "ada") -> str:
        answer = client_of(who).get(address)
        assert answer.status_code == 200
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))

    return read


halden = beginning(company)
