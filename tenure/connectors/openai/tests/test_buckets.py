"""Usage and costs, where they are refused, cut short, or told in less detail than was asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tenure.connectors.base import Collection, Place
from tenure.connectors.openai.buckets import KINDS
from tenure.connectors.openai.tests.conftest import QUICK
from tenure.lib.clock import now
from tenure.lib.tests.recording import Answer

DAY = timedelta(days=1)
REFUSED = {"error": {"message": "Invalid value", "type": "x", "param": "group_by", "code": None}}


def answer(document, status=200):
    return Answer(status=status, body=json.dumps(document).encode())


def query(sent) -> dict[str, list[str]]:
    return parse_qs(urlsplit(sent.path).query)


def kind(sent) -> str:
    return urlsplit(sent.path).path.rsplit("/", 1)[1]


def page(*results, at: datetime | None = None, on: str | None = None, **other):
    start = int((at or now() - DAY).timestamp())
    bucket = {"object": "bucket", "start_time": start, "results": list(results)}
    more = {"has_more": on is not None, "next_page": on} | other
    return answer({"object": "page", "data": [bucket], **more})


def told(connector, name, **given):
    with_it = Collection(kind=name, since=given.pop("since", None))
    return list(connector.read(with_it, **given))


@pytest.fixture
def reading(raw, connect):
    """`reading("usage")`: every event of the list, as the server of `raw` answers."""
    connector = connect(base_url=raw.url, patience=QUICK)
    return lambda name, **given: told(connector, name, **given)


def test_three_months_are_asked_for_at_first_and_then_the_last_days(raw, reading):
    raw.answer = lambda _: page()
    events = reading("usage")
    assert (len(events), events[-1].state) == (3 * len(KINDS) + 1, "complete")
    asked = [query(one) for one in raw.sent]
    assert {one["bucket_width"][0] for one in asked} == {"1d"}
    assert {one["group_by[]"][0] for one in asked} == {"user_id"}
    starts = sorted({int(one["start_time"][0]) for one in asked})
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert datetime.fromtimestamp(starts[0], UTC) == midnight - 92 * DAY
    raw.sent.clear()
    assert len(reading("usage", since=now() - DAY)) == len(KINDS) + 1
    (start,) = {int(query(one)["start_time"][0]) for one in raw.sent}
    assert datetime.fromtimestamp(start, UTC) == midnight - 4 * DAY


def test_of_a_page_the_newest_day_of_each_user_and_nobody_without_a_name(raw, reading):
    old, new = now() - 9 * DAY, now() - 2 * DAY

    def answered(sent):
        if kind(sent) != "images" or "end_time" in query(sent):
            return page()
        days = [
            {"start_time": int(at.timestamp()), "results": [{"user_id": who} for who in users]}
            for at, users in ((old, ["user-1", "user-2", None]), (new, ["user-1", None]))
        ]
        return answer({"object": "page", "data": days, "has_more": False, "next_page": None})

    raw.answer = answered
    facts = [fact for event in reading("usage")[:-1] for fact in event.facts]
    assert {fact.principal_id: int(fact.at.timestamp()) for fact in facts} == {
        "user-1": int(new.timestamp()),
        "user-2": int(old.timestamp()),
    }
    assert {(fact.source, fact.precision) for fact in facts} == {("usage", "day")}


def test_a_kind_that_is_refused_is_left_out_once_and_the_rest_is_complete(raw, reading):
    raw.answer = lambda sent: answer(REFUSED, 400) if kind(sent) == "images" else page()
    events = reading("usage")
    assert events[-1].state == "complete"
    remarks = [text for event in events[:-1] for text in event.remarks]
    assert len(remarks) == 1
    assert remarks[0].startswith("No usage of images")
    assert [kind(one) for one in raw.sent].count("images") == 1


def test_when_every_kind_is_refused_there_is_no_usage_to_read(raw, reading):
    raw.answer = lambda _: answer(REFUSED, 400)
    (end,) = reading("usage")
    assert (end.state, end.kind) == ("unavailable", "refused")


@pytest.mark.parametrize(
    "odd", [{"has_more": True, "next_page": None}, {"has_more": None}, {"next_page": "again"}]
)
@pytest.mark.parametrize("name", ["usage", "costs"])
def test_a_page_that_leads_nowhere_is_not_taken_for_the_last(raw, reading, name, odd):
    whole = {"has_more": True, **odd}
    raw.answer = lambda _: page(**whole)
    assert reading(name)[-1].state == "incomplete"


def test_it_goes_on_in_another_process_where_it_stopped(raw, reading):
    raw.answer = lambda sent: page(on=None if "page" in query(sent) else "second")
    events = reading("usage")
    place = events[4].place
    raw.sent.clear()
    rest = reading("usage", resume=place)
    assert rest[-1].state == "complete"
    assert len(rest) == len(events) - 5
    assert events[-2].is_last
    assert events[-2].place == Place()


COST = {
    "user_id": "user-1", "api_key_id": "key_1", "project_id": "proj_1",
    "amount": {"value": 0.1, "currency": "usd"},
}  # fmt: skip


def test_costs_are_exact_sums_by_user_key_and_project(raw, reading):
    raw.answer = lambda _: page(COST, COST, COST, {**COST, "api_key_id": None})
    (only, end) = reading("costs")
    assert end.state == "complete"
    assert {(one.principal_id, one.credential_id): one.micros for one in only.facts} == {
        ("user-1", "key_1"): 300_000,
        ("user-1", None): 100_000,
    }


def test_what_is_refused_is_asked_for_with_less_and_that_is_said(raw, reading):
    def answered(sent):
        groups = query(sent)["group_by[]"]
        return answer(REFUSED, 400) if "user_id" in groups else page({**COST, "user_id": None})

    raw.answer = answered
    (only, end) = reading("costs")
    assert end.state == "complete"
    assert only.remarks == ("OpenAI tells costs apart by key and project only.",)
    assert [(one.principal_id, one.credential_id) for one in only.facts] == [(None, "key_1")]


def test_sums_of_several_pages_are_not_taken_up_in_the_middle(raw, reading):
    raw.answer = lambda sent: page(COST, on=None if "page" in query(sent) else "second")
    first, last, end = reading("costs")
    assert (first.facts, len(last.facts), end.state) == ((), 1, "complete")
    assert last.facts[0].micros == 200_000
    (again,) = reading("costs", resume=first.place)
    assert (again.state, again.kind) == ("incomplete", "stale_cursor")


@pytest.mark.parametrize("name", ["usage", "costs"])
def test_lines_that_cannot_be_read_are_counted_and_make_it_incomplete(raw, reading, name):
    raw.answer = lambda _: page({"user_id": 7, "amount": "much"})
    assert reading(name)[-1].state == "incomplete"
