"""Every list that is chained by a token pages rightly, and wrongly when told to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

DAY = 86_400
TOKENS = {
    "groups": ("/organization/groups", "id"),
    "group_users": ("/organization/groups/{group}/users", "id"),
    "group_roles": ("/organization/groups/{group}/roles", "id"),
    "user_roles": ("/organization/users/{user}/roles", "id"),
    "project_roles": ("/projects/{project}/roles", "id"),
    "project_user_roles": ("/projects/{project}/users/{user}/roles", "id"),
    "project_group_roles": ("/projects/{project}/groups/{group}/roles", "id"),
    "project_groups": ("/organization/projects/{project}/groups", "group_id"),
    "usage": ("/organization/usage/completions?start_time=1790000000&end_time=1790432000",
              "start_time"),
    "costs": ("/organization/costs?start_time=1790000000&end_time=1790432000", "start_time"),
}  # fmt: skip


@dataclass
class Chain:
    """One list, read two rows at a time."""

    wire: Any
    path: str
    named: str

    def page(self, token: str | None = None, *, limit: int = 2) -> tuple[list[Any], Any, Any]:
        usage = "start_time" in self.path
        mark = "&" if usage else "?"
        cursor = f"&{'page' if usage else 'after'}={token}" if token else ""
        answer = self.wire.get(f"{self.path}{mark}limit={limit}{cursor}").json
        data = answer.get("data")
        rows = [r[self.named] if isinstance(r, dict) else r for r in data] if data else data
        return rows, answer.get("has_more"), answer["next_page" if usage else "next"]

    def walk(self) -> list[Any]:
        rows, has_more, token = self.page()
        while has_more:
            more, has_more, token = self.page(token)
            rows += more
        return rows


@pytest.fixture
def ids(openai, reader):
    """Four or more rows in each list."""
    project = openai.add_project("Nightly", members=[{"email": reader["email"]}])["id"]
    people = [user["email"] for user in openai.users()[10:15]]
    names = [f"Role {n}" for n in range(4)]
    for name in names:
        openai.add_role(name)
        openai.add_role(name, project="Nightly")
        openai.assign(name, reader["email"])
        openai.assign(name, reader["email"], project="Nightly")
    group = openai.add_group("Team 0", members=people, roles=names)["id"]
    for name in names:
        openai.assign(name, "Team 0", project="Nightly")
    for number in range(1, 5):
        openai.add_group(f"Team {number}")
        openai.assign("member", f"Team {number}", project="Nightly")
    openai.forget_requests()
    return {"project": project, "group": group, "user": reader["id"]}


@pytest.fixture(params=list(TOKENS))
def collection(request):
    return request.param


@pytest.fixture
def chain(wire, ids, collection):
    path, named = TOKENS[collection]
    return Chain(wire, path.format(**ids), named)


def test_following_the_token_meets_everything_once(chain):
    everything = chain.walk()
    assert len(everything) == len(set(everything)) >= 4
    assert chain.page(limit=31)[0] == everything


def test_pages_misbehave_as_they_are_told(openai, chain, collection):
    everything = chain.walk()
    second = chain.page()[2]
    openai.faults(page_empty_more=f"on@{collection}#2")
    rows, has_more, filled = chain.page(second)
    assert (rows, has_more) == ([], True)
    assert chain.page(filled)[0] == everything[2:4]
    openai.clear_faults()
    openai.faults(page_null_cursor=f"on@{collection}#2")
    assert chain.page(second)[1:] == (True, None)
    openai.clear_faults()
    openai.faults(page_repeated_cursor=f"on@{collection}#2")
    assert chain.page(second)[1:] == (True, second)
    openai.clear_faults()
    openai.faults(page_no_has_more=f"on@{collection}")
    assert chain.page()[1] is None
    openai.clear_faults()
    openai.faults(page_odd_data=f"null@{collection}")
    assert chain.page()[0] is None
    openai.clear_faults()
    openai.faults(page_odd_item=f"number@{collection}")
    assert chain.page()[0][0] == 7


def test_pages_lose_repeat_and_halve_what_they_are_told(openai, chain, collection):
    everything = chain.walk()
    second = chain.page()[2]
    openai.faults(page_duplicate=f"on@{collection}#2")
    assert chain.page(second)[0] == everything[1:4]
    openai.clear_faults()
    openai.faults(page_short=f"on@{collection}#1")
    rows, has_more, token = chain.page()
    assert (rows, has_more) == (everything[:1], True)
    assert chain.page(token)[0][0] == everything[1]
    openai.clear_faults()
    openai.faults(page_skipped=f"on@{collection}#1")
    assert set(everything[2:4]).isdisjoint(chain.walk())
    openai.clear_faults()
    openai.faults(page_circle=f"on@{collection}#2")
    assert chain.page(second)[1:] == (True, second)


def test_a_token_never_handed_out_is_refused(wire, chain):
    mark = "&page" if "start_time" in chain.path else "?after"
    assert wire.get(f"{chain.path}{mark}=nothing").status == 400


def test_rows_that_come_and_go_between_pages_are_met_or_missed(openai, wire, ids):
    chain = Chain(wire, TOKENS["groups"][0], "id")
    everything = chain.walk()
    openai.faults(page_deleted="on@groups#2x1")
    assert chain.walk() == everything
    assert everything[1] not in {group["id"] for group in openai.groups()}
    openai.clear_faults()
    openai.faults(page_inserted="on@groups#2x1")
    assert len(chain.walk()) == len(everything)


@pytest.mark.parametrize(
    ("collection", "limit", "status"),
    [("groups", 1000, 200), ("groups", 1001, 400), ("groups", 0, 200),
     ("project_groups", 100, 200), ("project_groups", 101, 400), ("group_users", 1000, 200)],
)  # fmt: skip
def test_limits_differ_from_list_to_list(wire, ids, collection, limit, status):
    path = TOKENS[collection][0].format(**ids)
    assert wire.get(f"{path}?limit={limit}").status == status


def test_each_endpoint_below_a_project_has_a_budget_of_its_own():
    from tenure.simulator.openai.running import running_simulator
    from tenure.simulator.openai.tests.conftest import Wire

    with running_simulator(rpm="12") as simulator:
        wire = Wire(simulator)
        project = simulator.projects()[0]["id"]
        path = f"/organization/projects/{project}"
        keys = [wire.get(f"{path}/api_keys").status for _ in range(3)]
        assert keys == [200, 200, 429]
        assert wire.get(f"{path}/service_accounts").status == 200
        assert wire.get("/organization/groups").status == 200
