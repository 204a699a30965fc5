from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from tenure.simulator.openai.levers import SimulatorRefusedError
from tenure.simulator.openai.running import running_simulator
from tenure.simulator.openai.serving import CannotServeError
from tenure.simulator.openai.tests.conftest import USERS, Wire


def test_people_come_go_and_change(openai, wire, reader):
    added = openai.add_user("Nia.New@halden.example", name="Nia New", role="owner", added_at="-3d")
    assert wire.get(f"{USERS}?emails=nia.new@halden.example").ids == [added["id"]]
    openai.change_user(reader["email"], name="Renamed", email="renamed@halden.example")
    assert wire.get(f"{USERS}/{reader['id']}").json["email"] == "renamed@halden.example"
    openai.remove_user("RENAMED@halden.example")
    assert wire.get(f"{USERS}/{reader['id']}").status == 404
    events = [event["type"] for event in wire.get("/organization/audit_logs").json["data"]]
    assert events[:2] == ["user.deleted", "role.assignment.deleted"]
    assert "user.added" in events


def test_a_rename_and_a_removal_reach_the_projects(openai, wire):
    project = wire.get("/organization/projects").ids[0]
    members = f"/organization/projects/{project}/users"
    one = wire.get(members).ids[0]
    openai.change_user(one, name="Renamed")
    assert wire.get(f"{members}/{one}").json["name"] == "Renamed"
    openai.remove_user(one)
    assert one not in wire.get(members).ids


def test_projects_and_their_members_come_go_and_change(openai, wire, reader):
    made = openai.add_project("Nightly", members=[{"email": reader["email"], "role": "owner"}])
    members = f"/organization/projects/{made['id']}/users"
    assert wire.get(f"{members}/{reader['id']}").json["role"] == "owner"
    openai.put_member("Nightly", reader["email"], role="viewer")
    assert wire.get(f"{members}/{reader['id']}").json["role"] == "viewer"
    openai.remove_member(made["id"], reader["id"])
    assert wire.get(members).ids == []
    openai.put_member("Nightly", reader["id"])
    (told,) = [p for p in openai.projects() if p["id"] == made["id"]]
    assert [(m["id"], m["role"]) for m in told["members"]] == [(reader["id"], "member")]
    openai.change_project("Nightly", name="Daily", archived=True)
    listed = wire.get("/organization/projects?include_archived=true").json["data"][-1]
    assert (listed["name"], listed["status"]) == ("Daily", "archived")
    assert wire.get(members).status == 400


def test_an_invite_is_accepted_and_stays_listed(openai, wire):
    openai.add_invite("nia@halden.example")
    user = openai.accept_invite("nia@halden.example")
    assert wire.get(f"{USERS}/{user['id']}").json["email"] == "nia@halden.example"
    invite = wire.get("/organization/invites").json["data"][-1]
    assert (invite["status"], invite["email"]) == ("accepted", "nia@halden.example")
    refused = wire.delete(f"/organization/invites/{invite['id']}")
    assert (refused.status, "accepted" in refused.message) == (400, True)
    openai.remove_invite("nia@halden.example")
    assert invite["id"] not in wire.get("/organization/invites").ids


def test_an_invite_without_a_list_of_projects_leads_to_the_default_one(openai, wire):
    default = openai.add_project("Default project")["id"]
    asked = {"email": "n@halden.example", "role": "reader"}
    made = wire.post("/organization/invites", asked).json
    assert made["projects"] == [{"id": default, "role": "member"}]
    made = wire.post("/organization/invites", {**asked, "projects": []}).json
    assert made["projects"] == []


def test_a_pending_invite_expires_with_the_clock(openai, wire):
    wire.post("/organization/invites", {"email": "n@halden.example", "role": "reader"})
    assert wire.get("/organization/invites").json["data"][-1]["status"] == "pending"
    openai.advance(31 * 86_400)
    assert wire.get("/organization/invites").json["data"][-1]["status"] == "expired"


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"role": "reader"}, "email"),
        ({"email": "nobody", "role": "reader"}, "Invalid email"),
        ({"email": "n@halden.example", "role": "king"}, "Invalid value: 'king'"),
        (
            {"email": "n@halden.example", "role": "owner", "projects": [{"id": "x"}]},
            "Invalid project",
        ),
    ],
)
def test_an_invite_that_makes_no_sense_is_refused(openai, wire, body, part):
    refused = wire.post("/organization/invites", body)
    assert refused.status == 400
    assert part in refused.message
    assert openai.requests()[-1]["outcome"] == "refused"


def test_a_member_cannot_be_invited(wire, reader):
    body = {"email": reader["email"].upper(), "role": "reader"}
    assert "already a member" in wire.post("/organization/invites", body).message


def test_the_log_tells_what_was_asked_and_what_became_of_it(openai, wire, reader):
    wire.get(f"{USERS}?limit=2")
    wire.delete(f"{USERS}/{reader['id']}")
    listed, removed = openai.requests()
    assert (listed["method"], listed["path"], listed["query"]) == ("GET", f"/v1{USERS}", "limit=2")
    assert (listed["status"], listed["outcome"], listed["key"]) == (200, None, "admin")
    assert (removed["method"], removed["outcome"]) == ("DELETE", "committed")
    openai.forget_requests()
    assert openai.requests() == []


def test_reset_brings_everything_back(openai, wire, reader):
    before = wire.get(USERS).raw
    openai.remove_user(reader["id"])
    openai.faults(users_empty=True)
    openai.advance(1e6)
    openai.reset()
    assert wire.get(USERS).raw == before
    assert openai.state()["faults"] == []
    assert abs(openai.state()["now"] - time.time()) < 60


def test_clearing_one_switch_leaves_the_others(openai):
    openai.faults(users_empty=True, server_error="on@invites#2")
    openai.clear_faults("users_empty")
    assert openai.state()["faults"] == ["server_error=on@invites#2"]


def test_control_refuses_in_words(openai):
    with pytest.raises(SimulatorRefusedError, match=r"no user nobody@halden\.example"):
        openai.remove_user("nobody@halden.example")
    with pytest.raises(SimulatorRefusedError, match="A user has no shoe_size"):
        openai.change_user(openai.users()[0]["id"], shoe_size=44)


def test_control_is_not_there_under_another_name(wire):
    """A page in somebody's browser must not reach it through a name that points here."""
    address = wire.simulator.url.split("/")[2]
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(
            b"GET /_simulator/keys HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 404")


def test_the_whole_organization_has_a_budget_per_minute():
    with running_simulator(rpm="12") as simulator:
        wire = Wire(simulator)
        assert [wire.get(USERS).status for _ in range(13)] == [200] * 12 + [429]
        refused = wire.get(USERS)
        assert 1 <= int(refused.headers["retry-after"]) <= 5
        simulator.advance(6)
        assert [wire.get(USERS).status for _ in range(2)] == [200, 429]


def test_endpoints_below_a_project_have_a_smaller_one():
    with running_simulator(rpm="observed") as simulator:
        wire = Wire(simulator)
        project = wire.get("/organization/projects").ids[0]
        members = f"/organization/projects/{project}/users"
        assert [wire.get(members).status for _ in range(11)] == [200] * 10 + [429]
        assert wire.get(USERS).status == 200


def test_latency_is_added_to_every_answer():
    with running_simulator(latency_ms=60) as simulator:
        started = time.monotonic()
        Wire(simulator).get(USERS)
        assert time.monotonic() - started >= 0.06


def test_the_state_file_continues_where_it_stopped(tmp_path):
    state = tmp_path / "state.json"
    with running_simulator(state=state) as simulator:
        wire = Wire(simulator)
        gone = simulator.users()[5]["id"]
        wire.delete(f"{USERS}/{gone}")
        made = wire.post("/organization/admin_api_keys", {"name": "Made"}).json["value"]
        simulator.advance(1000)
        before, events = (
            wire.get(f"{USERS}?limit=100").raw,
            wire.get("/organization/audit_logs").raw,
        )
    assert state.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    with running_simulator(state=state, seed="ignored", users=3) as again:
        wire = Wire(again)
        assert wire.get(f"{USERS}?limit=100").raw == before
        assert wire.get("/organization/audit_logs").raw == events
        assert wire.get(USERS, key=made).status == 200
        assert again.admin_key == simulator.admin_key
        assert again.state()["now"] - time.time() > 900
        fresh = wire.post("/organization/projects", {"name": "New"}).json["id"]
        assert fresh not in before.decode() + events.decode()


def test_the_state_file_is_written_soon_after_a_change(tmp_path):
    state = tmp_path / "state.json"
    with running_simulator(state=state) as simulator:
        simulator.add_user("soon@halden.example")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not state.exists():
            time.sleep(0.02)
        assert "soon@halden.example" in state.read_text()


def test_the_request_log_goes_into_a_file_too(tmp_path):
    log = tmp_path / "requests.jsonl"
    with running_simulator(request_log=log) as simulator:
        Wire(simulator).get(USERS)
        kept = simulator.requests()
    assert [json.loads(line) for line in log.read_text().splitlines()] == kept


def test_it_stops_while_answers_are_held_back():
    with running_simulator(faults=("timeout=on",)) as simulator:
        wire = Wire(simulator)
        waiting = threading.Thread(target=lambda: wire.get(USERS), daemon=True)
        waiting.start()
        while not simulator.requests():
            time.sleep(0.01)
    waiting.join(5)
    assert not waiting.is_alive()


def test_a_port_in_use_is_refused():
    with running_simulator() as simulator:
        port = int(simulator.url.split(":")[2].split("/")[0])
        with (
            pytest.raises(CannotServeError, match=f"Port {port} is in use"),
            running_simulator(port=port),
        ):
            pass


def test_an_accepted_invite_joins_its_projects(openai, wire):
    project = wire.get("/organization/projects").json["data"][0]
    openai.add_invite("nia@halden.example", projects=[{"name": project["name"], "role": "owner"}])
    user = openai.accept_invite("nia@halden.example")
    member = wire.get(f"/organization/projects/{project['id']}/users/{user['id']}").json
    assert (member["role"], member["email"]) == ("owner", "nia@halden.example")


def test_the_keys_of_a_removed_user_stop_working(openai, wire):
    owner = next(user for user in openai.users() if user["role"] == "reader")
    assert "Missing scopes" in wire.get(USERS, key=openai.personal_key).message
    openai.remove_user(owner["id"])
    assert "Incorrect API key" in wire.get(USERS, key=openai.personal_key).message


@pytest.mark.parametrize(
    "body", [{"role": 1}, {"role": ["owner"]}, {"role_id": {}}, {"role": "king"}]
)
def test_an_update_that_makes_no_sense_is_refused(wire, reader, body):
    refused = wire.post(f"{USERS}/{reader['id']}", body)
    assert (refused.status, refused.json["error"]["type"]) == (400, "invalid_request_error")


def test_a_refusal_can_be_late_too(openai, wire):
    openai.faults(delay=0.1)
    started = time.monotonic()
    assert wire.get(f"{USERS}/user-nobody").status == 404
    assert time.monotonic() - started >= 0.1


def test_it_comes_back_on_the_same_port(tmp_path):
    state = tmp_path / "state.json"
    with running_simulator(state=state) as simulator:
        port = int(simulator.url.split(":")[2].split("/")[0])
    with pytest.raises(ConnectionRefusedError):
        Wire(simulator).get(USERS)
    with running_simulator(state=state, port=port):
        assert Wire(simulator).get(USERS).status == 200
