"""What a judge who trusts nobody else can read from the log."""

from __future__ import annotations

from http.client import HTTPException

import pytest

from tenure.simulator.openai import requestlog
from tenure.simulator.openai.requestlog import Logged, RequestLog
from tenure.simulator.openai.tests.conftest import USERS


def outcome(openai):
    return openai.changes()[-1]["request"]["outcome"]


def test_changes_come_with_the_reads_of_the_same_thing_before_them(openai, wire, reader):
    one, other = reader["id"], openai.users()[11]["id"]
    project = openai.projects()[0]["id"]
    wire.get(f"{USERS}/{one}")
    wire.get(USERS)
    wire.get(f"{USERS}/{other}")
    wire.delete(f"{USERS}/{one}")
    wire.get(f"{USERS}/{one}")
    wire.delete(f"{USERS}/{one}")
    members = f"/organization/projects/{project}/users"
    wire.get(f"{members}/{other}")
    wire.post(members, {"user_id": other, "role": "member"})
    first, second, added = openai.changes()
    told = [(c["request"]["method"], c["request"]["target"], len(c["reads"]))
            for c in (first, second, added)]  # fmt: skip
    assert told == [("DELETE", one, 1), ("DELETE", one, 1), ("POST", other, 1)]
    assert [c["request"]["outcome"] for c in (first, second, added)] == [
        "committed",
        "refused",
        "committed",
    ]
    assert first["reads"][0]["seq"] < first["request"]["seq"] < second["reads"][0]["seq"]
    about = [(r["method"], r["path"].removeprefix("/v1")) for r in openai.requests(about=one)]
    assert about == [
        ("GET", f"{USERS}/{one}"),
        ("GET", USERS),
        ("DELETE", f"{USERS}/{one}"),
        ("GET", f"{USERS}/{one}"),
        ("DELETE", f"{USERS}/{one}"),
    ]


def test_a_read_of_the_list_is_one_of_an_address_that_is_invited(openai, wire):
    invites, asked = "/organization/invites", {"role": "reader", "projects": []}
    wire.post(invites, {"email": "n@halden.example", **asked})
    wire.get(invites)
    wire.post(invites, {"email": "n@halden.example", **asked})
    wire.post(invites, {"email": "n@halden.example", **asked})
    wire.post(invites, {"email": "m@halden.example", **asked})
    assert [len(one["reads"]) for one in openai.changes()] == [0, 1, 0, 1]


@pytest.mark.parametrize("lost", ["500", "503", "reset"])
def test_what_was_done_and_not_said_is_told_apart(openai, wire, reader, lost):
    openai.faults(commit_then=lost)
    try:
        assert wire.delete(f"{USERS}/{reader['id']}").status == int(lost)
    except (OSError, HTTPException):
        assert lost == "reset"
    assert outcome(openai) == "committed_unreported"
    assert reader["id"] not in {user["id"] for user in openai.users()}


@pytest.mark.parametrize("broken", ["html", "html_200", "empty", "truncated"])
def test_an_answer_that_is_broken_reports_nothing(openai, wire, reader, broken):
    openai.faults(broken_body=broken)
    wire.delete(f"{USERS}/{reader['id']}")
    assert outcome(openai) == "committed_unreported"


def test_what_did_nothing_says_so(openai, wire, reader):
    openai.faults(repeat_delete="200")
    assert [wire.delete(f"{USERS}/{reader['id']}").status for _ in range(2)] == [200, 200]
    assert outcome(openai) == "nothing"
    openai.faults(timeout="on")
    wire.timeout = 0.2
    with pytest.raises(TimeoutError):
        wire.delete(f"{USERS}/{openai.users()[5]['id']}")
    assert outcome(openai) == "nothing"
    assert openai.state()["users"] == 49


def test_however_many_lists_are_read_no_change_is_forgotten(monkeypatch):
    monkeypatch.setattr(requestlog, "KEPT", 10)
    log = RequestLog()

    def add(method, target=""):
        path = f"/v1/users/{target}" if target else "/v1/users"
        log.add(Logged(ts=0, method=method, path=path, query="", status=200, request_id="req",
                       key="admin", outcome=None, target=target))  # fmt: skip

    add("GET", "user-1")
    add("DELETE", "user-1")
    for _ in range(100):
        add("GET")
    (change,) = log.changes()
    assert (change.request.seq, [read.seq for read in change.reads]) == (2, [1])
    assert [entry.seq for entry in log.entries()] == [1, 2, *range(93, 103)]
