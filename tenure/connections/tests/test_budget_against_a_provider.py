"""Leasing against a provider that counts, with limits as they have been seen."""

from __future__ import annotations

import datetime as dt
import http.client
import json
from collections import Counter
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tenure.connections import budget
from tenure.connections.budget import ORGANIZATION, lease
from tenure.connections.models import RequestBudget
from tenure.lib.clock import now
from tenure.simulator.openai.running import running_simulator
from tenure.testing.factories import make_connection

MEMBERS = "project_users"
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def provider(time_machine):
    """`provider(MEMBERS)`: send one request; None, or the pause asked for when it is refused."""
    time_machine.move_to(NOON, tick=False)
    with running_simulator(users=5, projects=1, rpm="observed") as simulator:
        _, projects = get(simulator, "/organization/projects")
        project = json.loads(projects)["data"][0]["id"]
        paths = {
            ORGANIZATION: "/organization/users",
            MEMBERS: f"/organization/projects/{project}/users",
        }

        def send(family: str) -> float | None:
            answer, _ = get(simulator, paths[family])
            assert answer.status in (200, 429)
            return None if answer.status == 200 else float(answer.headers["retry-after"])

        yield send


def get(simulator, path) -> tuple[http.client.HTTPResponse, bytes]:
    address = urlsplit(simulator.url)
    bearer = {"Authorization": f"Bearer {simulator.admin_key}"}
    with closing(http.client.HTTPConnection(address.netloc, timeout=10)) as wire:
        wire.request("GET", address.path + path, headers=bearer)
        answer = wire.getresponse()
        return answer, answer.read()


def read_for(connection, provider, time_machine, *, minutes: int) -> Counter[str]:
    """Read as much as the budget allows, as a worker does."""
    counts: Counter[str] = Counter()
    until = now() + dt.timedelta(minutes=minutes)
    ask_at = dict.fromkeys((ORGANIZATION, MEMBERS), now())
    while now() < until:
        for family in [name for name, at in ask_at.items() if at <= now()]:
            granted = lease(connection, family, 100)
            ask_at[family] = now() + dt.timedelta(seconds=granted.wait)
            for number in range(granted.requests):
                if (pause := provider(family)) is not None:
                    counts[family, "refused"] += 1
                    budget.limited(connection, family, retry_after=pause)
                    budget.give_back(connection, family, granted.requests - number - 1)
                    break
                counts[family, "answered"] += 1
        time_machine.move_to(max(min(ask_at.values()), now() + dt.timedelta(milliseconds=100)))
    return counts


def pace(connection, family) -> float:
    row = RequestBudget.objects.get(connection=connection, family=family)
    return budget.pace(row, now())


def test_with_the_usual_budget_the_provider_has_nothing_to_refuse(db, provider, time_machine):
    connection = make_connection()
    counts = read_for(connection, provider, time_machine, minutes=5)
    assert counts[ORGANIZATION, "refused"] + counts[MEMBERS, "refused"] <= 2
    assert counts[ORGANIZATION, "answered"] + counts[MEMBERS, "answered"] >= 0.8 * 50 * 4.5
    assert counts[MEMBERS, "answered"] >= 8 * 4.5


def test_a_budget_far_too_high_is_learned_away(db, provider, time_machine):
    connection = make_connection(requests_per_minute=600)
    first = read_for(connection, provider, time_machine, minutes=5)
    assert first[ORGANIZATION, "refused"] > 2
    assert pace(connection, ORGANIZATION) < 200
    later = read_for(connection, provider, time_machine, minutes=5)
    assert later[ORGANIZATION, "refused"] <= first[ORGANIZATION, "refused"] / 2
    assert later[ORGANIZATION, "answered"] >= 0.6 * 60 * 5
