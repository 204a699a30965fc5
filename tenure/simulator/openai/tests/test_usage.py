from __future__ import annotations

import pytest

from tenure.simulator.openai.consumption import KINDS
from tenure.simulator.openai.levers import SimulatorRefusedError

DAY = 86_400
COMPLETIONS, COSTS = "/organization/usage/completions", "/organization/costs"


@pytest.fixture
def today(openai):
    now = int(openai.state()["now"])
    return now - now % DAY


@pytest.fixture
def used(openai, reader, today):
    """A key used on three of the last ten days, and somebody who used none."""
    openai.add_project("Nightly", members=[{"email": reader["email"]}])
    key = openai.add_project_key("Nightly", reader["email"], name="notebook")["id"]
    for days in (9, 5, 1):
        at = today - days * DAY + 3600
        openai.add_usage(project="Nightly", key="notebook", at=at, requests=days, input=100)
    openai.add_usage(at=today - DAY, requests=1, input=5, output=5)
    return key


def walk(wire, path, key="page"):
    buckets, page = [], ""
    while True:
        answer = wire.get(f"{path}{page}").json
        buckets += answer["data"]
        if not answer["has_more"]:
            return buckets
        page = f"&page={answer['next_page']}"


def test_buckets_are_days_the_empty_ones_too_and_page(wire, today, used, reader):
    path = f"{COMPLETIONS}?start_time={today - 10 * DAY}&end_time={today}&group_by[]=user_id"
    first = wire.get(path).json
    assert (len(first["data"]), first["object"], first["has_more"]) == (7, "page", True)
    buckets = walk(wire, f"{path}&limit=3")
    assert [bucket["start_time"] for bucket in buckets] == list(range(today - 10 * DAY, today, DAY))
    by_day = {
        bucket["start_time"]: {r["user_id"]: r["num_model_requests"] for r in bucket["results"]}
        for bucket in buckets
    }
    assert by_day[today - 9 * DAY] == {reader["id"]: 9}
    assert by_day[today - DAY] == {reader["id"]: 1, None: 1}
    assert by_day[today - 2 * DAY] == {}


def test_usage_is_summed_unless_grouped_and_can_be_filtered(wire, today, used, reader):
    since = f"?start_time={today - DAY}&end_time={today}"
    (bucket,) = wire.get(COMPLETIONS + since).json["data"]
    (total,) = bucket["results"]
    assert (total["num_model_requests"], total["user_id"], total["input_tokens"]) == (2, None, 105)
    (bucket,) = wire.get(f"{COMPLETIONS}{since}&user_ids[]={reader['id']}").json["data"]
    assert bucket["results"][0]["num_model_requests"] == 1
    (bucket,) = wire.get(f"{COMPLETIONS}{since}&group_by=api_key_id&group_by=model").json["data"]
    assert {row["api_key_id"] for row in bucket["results"]} == {used, None}
    assert all(row["model"] for row in bucket["results"])


def test_costs_are_by_day_key_and_project(wire, today, used):
    path = f"{COSTS}?start_time={today - 10 * DAY}&end_time={today}&limit=180"
    buckets = wire.get(f"{path}&group_by=api_key_id&group_by=line_item").json["data"]
    rows = [row for bucket in buckets for row in bucket["results"]]
    assert {row["api_key_id"] for row in rows} == {used, None}
    assert all(row["amount"]["value"] > 0 and row["line_item"] for row in rows)


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("", "start_time"),
        ("?start_time=yesterday", "start_time"),
        ("?start_time=1&bucket_width=1y", "bucket_width"),
        ("?start_time=1&limit=32", "limit"),
        ("?start_time=1&group_by=colour", "group_by"),
        ("?start_time=1&page=nothing", "page"),
    ],
)
def test_what_makes_no_sense_is_refused(wire, query, param):
    refused = wire.get(COMPLETIONS + query)
    assert (refused.status, refused.json["error"]["param"]) == (400, param)


def test_hours_have_larger_pages(wire, today, used):
    path = f"{COMPLETIONS}?start_time={today - 9 * DAY}&end_time={today - 8 * DAY}&bucket_width=1h"
    hours = wire.get(path).json["data"]
    assert len(hours) == 24
    assert [bool(hour["results"]) for hour in hours].index(True) == 1


def test_a_use_is_remembered_by_the_key_and_its_owner(openai, wire, reader, today, used):
    (key,) = openai.project_keys("Nightly")
    assert key["last_used_at"] == today - DAY + 3600
    user = wire.get(f"/organization/users/{reader['id']}").json
    assert user["api_key_last_used_at"] >= key["last_used_at"]


def test_every_kind_has_its_endpoint_and_no_other_can_be_used(openai, wire, today):
    for kind in sorted(KINDS):
        openai.add_usage(kind=kind, at=today, requests=3, input=3, output=3)
        path = f"/organization/usage/{kind}?start_time={today}&end_time={today + DAY}"
        (bucket,) = wire.get(path).json["data"]
        assert 3 in bucket["results"][0].values()
    with pytest.raises(SimulatorRefusedError, match="There is no usage of kind telepathy"):
        openai.add_usage(kind="telepathy")


def test_usage_needs_its_scope(openai, wire):
    key = openai.add_key(scopes=["api.management.read"])
    for path in (COMPLETIONS, COSTS):
        refused = wire.get(f"{path}?start_time=1", key=key)
        assert "Missing scopes: api.usage.read" in refused.message
