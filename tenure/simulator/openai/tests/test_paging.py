from __future__ import annotations

import pytest

from tenure.simulator.openai.model import Project
from tenure.simulator.openai.shelf import Shelf
from tenure.simulator.openai.tests.conftest import USERS

ROLES = "/organization/roles"


@pytest.mark.parametrize("limit", [1, 7, 20, 49, 50, 100])
def test_following_the_cursor_meets_everyone_once_in_order(openai, wire, limit):
    assert wire.walk(USERS, limit) == [user["id"] for user in openai.users()]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", ""])
def test_a_limit_out_of_bounds_is_refused(wire, limit):
    refused = wire.get(f"{USERS}?limit={limit}")
    assert (refused.status, refused.json["error"]["param"]) == (400, "limit")


def test_whoever_forgets_the_limit_gets_twenty(wire):
    page = wire.get(USERS).json
    assert (len(page["data"]), page["has_more"]) == (20, True)


def test_the_last_full_page_does_not_promise_more(wire):
    first = wire.get(f"{USERS}?limit=25").json
    second = wire.get(f"{USERS}?limit=25&after={first['last_id']}").json
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_a_cursor_never_handed_out_is_refused(wire):
    assert wire.get(f"{USERS}?after=user-nobody").status == 400


def test_roles_are_chained_by_a_token_that_is_nobodys_id(wire):
    for name in "abc":
        wire.post(ROLES, {"role_name": name, "permissions": []})
    everything = wire.get(ROLES)
    assert len(everything.ids) == 5
    assert (everything.json["has_more"], everything.json["next"]) == (False, None)
    first = wire.get(f"{ROLES}?limit=3").json
    assert first["next"] not in everything.ids
    second = wire.get(f"{ROLES}?limit=3&after={first['next']}")
    assert [row["id"] for row in first["data"]] + second.ids == everything.ids
    assert wire.get(f"{ROLES}?order=desc").ids == everything.ids[::-1]
    assert wire.get(f"{ROLES}?after={everything.ids[0]}").status == 400


def test_roles_take_limits_from_none_to_a_thousand(wire):
    nothing = wire.get(f"{ROLES}?limit=0").json
    assert (nothing["data"], nothing["has_more"]) == ([], False)
    assert wire.get(f"{ROLES}?limit=1000").status == 200
    assert wire.get(f"{ROLES}?limit=1001").status == 400


def test_role_pages_misbehave_like_the_others(openai, wire):
    everything = wire.get(ROLES).ids
    openai.faults(page_empty_more="on@roles#1")
    empty = wire.get(ROLES).json
    assert (empty["data"], empty["has_more"]) == ([], True)
    assert wire.get(f"{ROLES}?after={empty['next']}").ids == everything
    openai.clear_faults()
    openai.faults(page_null_cursor="on@roles")
    assert (wire.get(ROLES).json["has_more"], wire.get(ROLES).json["next"]) == (True, None)
    openai.clear_faults()
    openai.faults(page_repeated_cursor="on@roles")
    assert wire.get(f"{ROLES}?after=cursor_1").json["next"] == "cursor_1"


def test_admin_keys_take_an_order(wire):
    path = "/organization/admin_api_keys"
    assert wire.get(f"{path}?order=desc").ids == wire.get(path).ids[::-1]


def test_audit_events_come_newest_first_and_page(openai, wire):
    for number in range(5):
        openai.add_event("login.succeeded", detail={"number": number})
    path = "/organization/audit_logs"
    newest_first = wire.get(path).ids
    times = [event["effective_at"] for event in wire.get(path).json["data"]]
    assert times == sorted(times, reverse=True)
    assert wire.walk(path, 2) == newest_first
    assert wire.get(f"{path}?before={newest_first[2]}").ids == newest_first[:2]


def test_audit_events_are_filtered_by_who_what_and_when(openai, wire, reader):
    path = "/organization/audit_logs"
    session = {"user": {"id": reader["id"], "email": reader["email"]}}
    login = openai.add_event("login.succeeded", actor={"type": "session", "session": session})
    openai.advance(100)
    wire.delete(f"{USERS}/{reader['id']}")
    assert wire.get(f"{path}?event_types[]=login.succeeded").ids == [login["id"]]
    assert wire.get(f"{path}?actor_emails[]={reader['email']}").ids == [login["id"]]
    assert wire.get(f"{path}?actor_ids[]={reader['id']}").ids == [login["id"]]
    assert login["id"] not in wire.get(f"{path}?effective_at[gt]={login['effective_at']}").ids
    assert wire.get(f"{path}?effective_at[lte]={login['effective_at']}").ids == [login["id"]]
    assert wire.get(f"{path}?tenant_only=true").ids == []
    mixed = wire.get(f"{path}?event_types[]=user.deleted&event_types[]=tenant.user.added")
    assert mixed.status == 400


def test_a_removed_row_keeps_the_place_of_its_cursor():
    shelf = Shelf(Project(id=f"p{n}", name="", created_at=0) for n in range(5))
    shelf.remove("p2")
    found, has_more = shelf.page(shelf.position_after("p2") or 0, 1, now=0)
    assert ([shelf.id_at(at) for at in found], has_more) == (["p3"], True)
    assert [row.id for row in shelf] == ["p0", "p1", "p3", "p4"]
    assert len(shelf) == 4
