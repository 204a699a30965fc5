"""Every switch of pages has a test that starts with its name and shows what it does."""

from __future__ import annotations

import pytest

from tenure.simulator.openai.tests.conftest import USERS


def test_page_empty_more_loses_nobody_who_follows_the_cursor(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(page_empty_more="on@users#2")
    first = wire.get(f"{USERS}?limit=20").json
    empty = wire.get(f"{USERS}?limit=20&after={first['last_id']}").json
    assert (empty["data"], empty["first_id"], empty["has_more"]) == ([], None, True)
    assert empty["last_id"] not in {None, first["last_id"]}
    assert wire.walk(USERS, 20) == everyone


def test_page_null_cursor_says_more_and_not_where(openai, wire):
    openai.faults(page_null_cursor="on@users#2")
    first = wire.get(f"{USERS}?limit=20").json
    second = wire.get(f"{USERS}?limit=20&after={first['last_id']}").json
    assert first["last_id"]
    assert (second["has_more"], second["last_id"], len(second["data"])) == (True, None, 20)


def test_page_repeated_cursor_hands_out_the_one_that_led_here(openai, wire):
    openai.faults(page_repeated_cursor="on@users#2")
    first = wire.get(f"{USERS}?limit=20").json
    second = wire.get(f"{USERS}?limit=20&after={first['last_id']}").json
    assert (second["has_more"], second["last_id"]) == (True, first["last_id"])


def test_page_circle_leads_back_to_the_second_page(openai, wire):
    openai.faults(page_circle="on@users#3")
    first = wire.get(f"{USERS}?limit=20").json
    second = wire.get(f"{USERS}?limit=20&after={first['last_id']}").json
    third = wire.get(f"{USERS}?limit=20&after={second['last_id']}").json
    assert (third["has_more"], third["last_id"]) == (True, first["last_id"])


def test_page_skipped_leaves_out_the_page_after(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(page_skipped="on@users#1")
    assert wire.walk(USERS, 20) == everyone[:20] + everyone[40:]


@pytest.mark.parametrize(
    ("value", "data"), [("object", {"users": []}), ("text", "none"), ("null", None)]
)
def test_page_odd_data_is_no_list(openai, wire, value, data):
    openai.faults(page_odd_data=f"{value}@users#2")
    first = wire.get(f"{USERS}?limit=20").json
    assert len(first["data"]) == 20
    assert wire.get(f"{USERS}?limit=20&after={first['last_id']}").json["data"] == data


@pytest.mark.parametrize(("value", "item"), [("text", "user"), ("number", 7), ("null", None)])
def test_page_odd_item_may_be_no_object(openai, wire, value, item):
    openai.faults(page_odd_item=value)
    assert wire.get(USERS).json["data"][0] == item


@pytest.mark.parametrize(
    ("value", "field", "odd"),
    [
        ("id_number", "id", 7),
        ("role_object", "role", {"name": "owner"}),
        ("time_text", "added_at", "yesterday"),
        ("time_absurd", "added_at", 9e99),
    ],
)
def test_page_odd_item_may_have_an_odd_field(openai, wire, value, field, odd):
    right = wire.get(USERS).json["data"][0]
    openai.faults(page_odd_item=f"{value}@users#1")
    rows = wire.get(USERS).json["data"]
    assert rows[0] == right | {field: odd}
    assert rows[1]["id"] != rows[0]["id"]


def test_page_no_has_more_leaves_it_out(openai, wire):
    openai.faults(page_no_has_more="on@users#1")
    assert wire.get(USERS).json.keys() == {"object", "data", "first_id", "last_id"}
    openai.faults(page_no_has_more="on@roles")
    assert "has_more" not in wire.get("/organization/roles").json


def test_page_no_data_leaves_it_out(openai, wire):
    openai.faults(page_no_data="on@users#1")
    assert "data" not in wire.get(USERS).json


def test_page_duplicate_repeats_the_last_item_of_the_page_before(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(page_duplicate="on@users#2")
    walked = wire.walk(USERS, 20)
    assert walked == [*everyone[:20], everyone[19], *everyone[20:]]


def test_page_deleted_removes_the_item_the_cursor_names(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(page_deleted="on@users#2")
    assert wire.walk(USERS, 20) == everyone
    openai.clear_faults()
    assert wire.walk(USERS, 20) == [i for i in everyone if i != everyone[19]]


def test_page_inserted_adds_a_user_while_pages_are_read(openai, wire):
    before = wire.walk(USERS, 20)
    openai.faults(page_inserted="on@users#2x1")
    during = wire.walk(USERS, 20)
    assert during[:50] == before
    assert len(during) == 51


def test_page_wrong_last_id_names_no_item_but_leads_on(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(page_wrong_last_id=True)
    page = wire.get(f"{USERS}?limit=20").json
    assert page["last_id"] not in everyone
    assert wire.walk(USERS, 20) == everyone


def test_page_short_gives_half_and_the_right_cursor(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(page_short="on@users#1")
    assert len(wire.get(f"{USERS}?limit=20").json["data"]) == 10
    assert wire.walk(USERS, 20) == everyone


@pytest.mark.parametrize(("value", "status"), [("continue", 200), ("400", 400), ("404", 404)])
def test_cursor_gone_decides_what_a_removed_cursor_does(openai, wire, value, status):
    openai.faults(cursor_gone=value)
    everyone = wire.walk(USERS, 20)
    openai.remove_user(everyone[19])
    answer = wire.get(f"{USERS}?limit=20&after={everyone[19]}")
    assert answer.status == status
    assert status != 200 or answer.ids == everyone[20:40]


def test_users_empty_answers_with_nobody(openai, wire):
    openai.faults(users_empty=True)
    page = wire.get(USERS).json
    assert page == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }
    assert openai.state()["users"] == 50


def test_users_lost_hides_the_same_share_each_time(openai, wire):
    everyone = wire.walk(USERS, 20)
    openai.faults(users_lost=0.3)
    left = wire.walk(USERS, 20)
    assert 0.5 * len(everyone) < len(left) < 0.9 * len(everyone)
    assert set(left) < set(everyone)
    assert wire.walk(USERS, 7) == left
