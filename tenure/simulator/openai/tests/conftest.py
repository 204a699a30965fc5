from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tenure.simulator.openai.running import RunningSimulator, running_simulator

USERS = "/organization/users"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def message(self) -> str:
        return self.json["error"]["message"]

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.json["data"]]


@dataclass
class Wire:
    """A bare HTTP client, so that a test sees what is on the wire and nothing nicer."""

    simulator: RunningSimulator
    timeout: float = 10.0

    def __call__(
        self, method: str, path: str, body: object = None, *, key: str | None = None, **headers: str
    ) -> Answer:
        address = urlsplit(self.simulator.url)
        bearer = f"Bearer {self.simulator.admin_key if key is None else key}"
        sent = {"Authorization": bearer} | {n.replace("_", "-"): v for n, v in headers.items()}
        connection = http.client.HTTPConnection(address.netloc, timeout=self.timeout)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, address.path + path, payload, sent)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, raw)

    def get(self, path: str, **given: Any) -> Answer:
        return self("GET", path, **given)

    def post(self, path: str, body: object, **given: Any) -> Answer:
        return self("POST", path, body, **given)

    def delete(self, path: str, **given: Any) -> Answer:
        return self("DELETE", path, **given)

    def walk(self, path: str, limit: int) -> list[str]:
        """Every id of a collection, following last_id as a careful client does."""
        ids, after = [], ""
        while True:
            page = self.get(f"{path}?limit={limit}{after}").json
            ids += [row["id"] for row in page["data"]]
            if not page["has_more"]:
                return ids
            after = f"&after={page['last_id']}"


@pytest.fixture(scope="session")
def one_simulator() -> Iterator[RunningSimulator]:
    with running_simulator(seed="tests", users=50, projects=2, members=4) as simulator:
        yield simulator


@pytest.fixture
def openai(one_simulator: RunningSimulator) -> RunningSimulator:
    """A simulated organization of 50 users, as new."""
    one_simulator.reset()
    return one_simulator


@pytest.fixture
def wire(openai: RunningSimulator) -> Wire:
    return Wire(openai)


@pytest.fixture
def reader(openai: RunningSimulator) -> dict[str, Any]:
    """Some user who is no owner and owns no key."""
    return openai.users()[10]
