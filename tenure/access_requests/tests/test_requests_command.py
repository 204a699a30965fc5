"""`tenure requests`, as it is typed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tenure.access_requests.tests.conftest import company
from tenure.api.tests.conftest import secret_of
from tenure.cli import main
from tenure.cli.output import state
from tenure.lib.clock import now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def halden():
    return company()


@pytest.fixture
def tenure(capsys, monkeypatch, halden):
    """`tenure("hugo", "list")`: the exit code and the JSON document, with that user's token."""
    secrets = {}

    def run(name: str, *words: str):
        monkeypatch.setattr(state, "json", False)
        if name and name not in secrets:
            secrets[name] = secret_of(name, ["requests:read", "requests:write"])
        monkeypatch.setenv("TENURE_TOKEN", secrets.get(name, ""))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "requests", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


def test_from_the_catalogue_to_the_approval(tenure):
    code, found = tenure("hugo", "catalogue")
    assert code == 0
    titles = [one["title"] for one in found["data"]]
    assert "Member of research" in titles
    said = ("create", "member of research", "--reason", "For the batch", "--days", "30")
    code, made = tenure("hugo", *said)
    assert (code, made["number"], made["state"]) == (0, "REQ-1", "pending_approval")
    assert [one["name"] for one in made["waits_for"]] == ["Rita Novak"]
    code, refused = tenure("hugo", *said)
    assert code == 2
    assert "has a request for this already" in refused["title"]
    waiting = tenure("rita", "list", "--waiting-for-me")[1]["data"]
    assert [one["number"] for one in waiting] == ["REQ-1"]
    assert tenure("rita", "approve", "REQ-1", "--comment", "Fine")[1]["step"] == "2 of 2"
    assert tenure("sid", "comment", "REQ-1", "How long?")[1]["comments"][0]["text"] == "How long?"
    code, refused = tenure("hugo", "approve", "REQ-1")
    assert "nobody approves their own" in refused["title"]
    assert tenure("sid", "approve", "1")[1]["state"] != "pending_approval"
    assert tenure("hugo", "show", made["ref"])[1]["steps"][0]["asked"][0]["comment"] == "Fine"


def test_for_a_colleague_by_ref_and_until_a_day_and_back_again(tenure, halden):
    day = (now().date() + timedelta(days=9)).isoformat()
    entitlement = f"{halden.research.ref}:member"
    said = ("--for", "mara@halden.example", "--reason", "New here", "--until", day)
    made = tenure("hugo", "create", entitlement, *said)[1]
    assert (made["person"]["name"], made["until"]) == ("Mara Okafor", day)
    denied = tenure("sid", "deny", "REQ-1", "--reason", "Not yet")[1]
    assert (denied["state"], denied["state_reason"]) == ("denied", "Not yet")
    made = tenure("hugo", "create", entitlement, *said)[1]
    assert tenure("mara", "cancel", made["ref"])[1]["state"] == "cancelled"
    assert [one["number"] for one in tenure("hugo", "list", "--mine")[1]["data"]] == [
        "REQ-2",
        "REQ-1",
    ]


def test_the_local_operator_asks_for_others_and_is_nobodys_approver(tenure, halden):
    said = ("--for", "hugo@halden.example", "--reason", "Asked at the desk", "--days", "3")
    made = tenure("", "create", "Member of the group ML platform", *said)[1]
    assert made["number"] == "REQ-1"
    assert tenure("", "approve", "REQ-1")[0] == 2
    code, refused = tenure("", "create", "Emperor of research", *said)
    assert (code, "Nothing in the catalogue" in refused["title"]) == (2, True)
    code, refused = tenure("", "create", "Member of search", "--until", "soon")
    assert "YYYY-MM-DD" in refused["title"]
