"""Access requests through the API: asked for, looked at, answered, and refused in sentences."""

from __future__ import annotations

import pytest

from tenure.access_requests.tests.conftest import company
from tenure.testing.beginnings import beginning

halden = beginning(company)


@pytest.fixture
def program(halden, program_of):
    """`program("rita")`: a program with that user's token."""
    scopes = ["requests:read", "requests:write"]
    return lambda name: program_of(name, scopes)


@pytest.fixture
def asked(program, halden):
    given = {"resource": str(halden.research.ref), "role": "member", "reason": "Batch", "days": 30}
    answer = program("hugo").post("/requests", given)
    assert answer.status_code == 201, answer.document
    return answer.document


def test_it_is_asked_for_looked_at_and_approved(program, asked):
    rita, path = program("rita"), f"/requests/{asked['ref']}"
    (waiting,) = rita.get("/requests", {"whose": "to_answer"}).document["data"]
    assert (waiting["number"], waiting["step"]) == ("REQ-1", "1 of 2")
    context = rita.get(f"{path}/context").document
    assert context["peers"] == "1 of 1 other in Research has it: Priya Raman"
    assert rita.get(path).document["may_answer"]
    approved = rita.post(f"{path}/approve", {"version": 1}).document
    assert [one["name"] for one in approved["waits_for"]] == ["Sid Brandt"]
    assert rita.get("/requests", {"whose": "to_answer"}).document["data"] == []


def test_whoever_is_late_or_not_asked_is_told_so(program, asked):
    path = f"/requests/{asked['ref']}"
    assert program("hugo").post(f"{path}/approve", {}).status_code == 403
    assert program("oscar").post(f"{path}/approve", {}).status_code == 404
    program("rita").post(f"{path}/approve", {})
    late = program("rita").post(f"{path}/approve", {"version": 1})
    assert (late.status_code, late.document["type"]) == (409, "urn:tenure:conflict")
    assert late.document["detail"].endswith(".")
    denied = program("sid").post(f"{path}/deny", {"reason": "Use search"}).document
    assert (denied["state"], denied["state_reason"]) == ("denied", "Use search")
    assert program("hugo").post(f"{path}/cancel", {}).status_code == 409


def test_talking_reminding_and_taking_back(program, asked):
    hugo, path = program("hugo"), f"/requests/{asked['ref']}"
    said = hugo.post(f"{path}/comments", {"text": "It is urgent"}).document
    assert [one["text"] for one in said["comments"]] == ["It is urgent"]
    assert hugo.post(f"{path}/remind").document["events"][-1]["kind"] == "reminded"
    assert program("mara").post(f"{path}/replace-approvers").status_code == 200
    assert hugo.post(f"{path}/cancel", {"reason": "Done"}).document["state"] == "cancelled"
    assert hugo.post(f"{path}/give-back", {}).status_code == 409
    assert program("mara").post(f"{path}/revoke", {"reason": "Over"}).status_code == 409


def test_who_would_be_asked_and_what_is_offered(program, halden):
    hugo, mara = program("hugo"), program("mara")
    owner = {"resource": str(halden.research.ref), "role": "owner"}
    assert hugo.post("/requests/catalogue", owner).status_code == 403
    group = mara.post(
        "/requests/approver-groups", {"name": "Leads", "people": ["oscar@halden.example"]}
    )
    step = {"approvers": [{"kind": "group", "ref": group.document["ref"]}], "answer_within_h": 4}
    policy = mara.post("/requests/policies", {"name": "Leads", "rules": {"steps": [step]}})
    said = {**owner, "listing": "listed", "policy": policy.document["ref"], "most_days": 14}
    assert mara.post("/requests/catalogue", said).document["is_offered"]
    path = f"/requests/catalogue/{owner['resource']}/preview"
    seen = hugo.get(path, {"role": "owner", "days": 7}).document
    assert (
        seen["says"]
        == "For Hugo Castell asking Owner of research for 7 days: step 1 Leads: Oscar Weil."
    )
    titles = [one["title"] for one in hugo.get("/requests/catalogue").document["data"]]
    assert "Owner of research" in titles
    named = [one["name"] for one in mara.get("/requests/policies").document["data"]]
    assert named == ["Manager, then system owner", "Leads"]
    assert mara.get("/requests/approver-groups").document["data"][0]["name"] == "Leads"
    assert hugo.get("/requests/policies").status_code == 403


@pytest.mark.parametrize(
    "rules", [{}, {"steps": []}, {"steps": [{"approvers": [{"kind": "emperor"}]}]}, {"steps": 3}]
)
def test_rules_that_make_no_sense_are_refused(program, rules):
    answer = program("mara").post("/requests/policies", {"name": "Odd", "rules": rules})
    assert answer.status_code == 400
    assert answer.document["detail"].endswith(".")


def test_policies_and_groups_are_changed_as_a_whole(program):
    mara = program("mara")
    step = {"approvers": [{"kind": "manager"}]}
    given = {"name": "Managers", "rules": {"steps": [step]}, "is_default": True}
    made = mara.post("/requests/policies", given).document
    again = mara.post(f"/requests/policies/{made['ref']}", {**given, "name": "Manager"}).document
    assert (again["name"], again["version"], again["is_default"]) == ("Manager", 2, True)
    people = {"name": "Leads", "people": ["oscar@halden.example"]}
    group = mara.post("/requests/approver-groups", people).document
    people["people"].append("rita@halden.example")
    changed = mara.post(f"/requests/approver-groups/{group['ref']}", people).document
    assert len(changed["people"]) == 2
