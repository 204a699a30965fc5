from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tenure.connectors.base import Collection, CollectionEnd, Credentials, Page, Wait
from tenure.connectors.openai.connector import OpenAIConnector
from tenure.connectors.openai.patience import Patience
from tenure.connectors.openai.tests.things import Things
from tenure.lib.tests.recording import Answer, recording
from tenure.simulator.openai.running import running_simulator

ORGANIZATION = "org-HaldenOptics000000000001"
KEY = "sk-admin-Zq7RkT2mXv9LbN4cYw8PdF3hJs6GaE1u7Qf2"
QUICK = Patience(attempts=3, first=0.001, longest=0.002)


@pytest.fixture(scope="package")
def running():
    with running_simulator(users=250, invites=3) as simulator:
        yield simulator


@pytest.fixture
def simulator(running):
    """The simulator as it started: no faults, nobody added, an empty log."""
    running.reset()
    return running


@pytest.fixture
def raw():
    """A server for what no simulator would say: `raw.answer` decides by the request."""
    with recording() as server:
        yield server


@pytest.fixture
def connect(request) -> Callable[..., OpenAIConnector]:
    """Connectors for a test, closed after it: connect(simulator) or connect(url=…, …)."""
    opened = []

    def connect(simulator=None, *, patience=QUICK, pacer=None, **fields):
        if simulator is not None:
            fields = {
                "organization_id": simulator.organization_id,
                "api_key": simulator.admin_key,
                "base_url": simulator.url,
            } | fields
        fields = {"organization_id": ORGANIZATION, "api_key": KEY} | fields
        connector = OpenAIConnector(
            Credentials(**fields), allow_hosts=["127.0.0.1"], pacer=pacer, patience=patience
        )
        opened.append(connector)
        return connector

    yield connect
    for connector in opened:
        connector.close()


@pytest.fixture(scope="package")
def one_organization():
    with running_simulator(seed="changes", users=130, projects=2, invites=2) as simulator:
        yield simulator


@pytest.fixture
def things(one_organization):
    one_organization.reset()
    return Things(one_organization)


@pytest.fixture
def connector(things, connect):
    return connect(things.simulator)


class Read:
    """What reading one collection brought, by event."""

    def __init__(self, connector, kind="users", parent_id="", **options):
        collection = Collection(kind=kind, parent_id=parent_id)
        self.events = list(connector.read(collection, **options))
        *_, self.end = self.events
        self.pages = [event for event in self.events if isinstance(event, Page)]
        self.waits = [event for event in self.events if isinstance(event, Wait)]
        self.facts = [fact for page in self.pages for fact in page.facts]
        self.ids = [fact.external_id for fact in self.facts]
        self.remarks = [remark for page in self.pages for remark in page.remarks]
        assert isinstance(self.end, CollectionEnd)
        assert sum(isinstance(event, CollectionEnd) for event in self.events) == 1


@pytest.fixture
def read():
    return Read


def body(*ids, **page):
    """A page of users, as the documentation shows them."""
    users = [{"object": "organization.user", "id": i, "added_at": 1_700_000_000} for i in ids]
    return json.dumps({"object": "list", "data": users, **page}).encode()


def answer(*ids, **page):
    return Answer(body=body(*ids, **page))
