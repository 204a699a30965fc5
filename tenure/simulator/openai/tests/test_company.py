from __future__ import annotations

import json
import time

import pytest

from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.company import Company, found
from tenure.simulator.openai.company_file import BadCompanyError, read_company
from tenure.simulator.openai.running import running_simulator
from tenure.simulator.openai.tests.conftest import USERS, Wire

PATHS = (f"{USERS}?limit=100", "/organization/invites", "/organization/projects")
NOW = 1_793_500_000.0
WRITTEN = {
    "organization_id": "org-Written",
    "users": [
        {"email": "ada@w.example", "name": "Ada", "role": "owner", "added_at": "-400d"},
        {"email": "bo@w.example", "added_at": "2026-01-02T00:00:00Z", "id": "user-bo"},
        {"email": "eve@w.example", "role": "owner", "api_key_last_used_at": "-2h"},
    ],
    "projects": [
        {"name": "Search", "members": [{"email": "bo@w.example", "role": "owner"}]},
        {"name": "Old", "archived": True},
    ],
    "invites": [
        {"email": "new@w.example", "projects": [{"name": "Search"}]},
        {"email": "late@w.example", "created_at": "-60d"},
    ],
    "admin_key_owner": "eve@w.example",
    "personal_key_owner": "bo@w.example",
}


def bodies(**options):
    with running_simulator(users=60, members=9, starts_at=NOW, **options) as simulator:
        wire = Wire(simulator)
        made = [{"email": "new@halden.example", "role": "reader"}]
        wire.post("/organization/invites", made[0])
        answers = [wire.get(path) for path in (*PATHS, "/organization/admin_api_keys")]
        project = answers[2].ids[0]
        answers.append(wire.get(f"/organization/projects/{project}/users"))
        request_ids = [answer.headers["x-request-id"] for answer in answers]
        return [answer.raw for answer in answers], request_ids, simulator.admin_key


def test_the_same_seed_gives_the_same_bytes_and_keys():
    assert bodies(seed="one") == bodies(seed="one")


def test_another_seed_gives_another_company():
    one, another = bodies(seed="one"), bodies(seed="two")
    assert all(a != b for a, b in zip(one[0], another[0], strict=True))
    assert one[2] != another[2]


def test_an_invented_company_is_believable():
    company = Company(users=1000, projects=8, members=30, invites=3, service_accounts=4)
    organization = found(company, clock=Clock())
    users = list(organization.users)
    people = [user for user in users if not user.is_service_account]
    addresses = [user.email for user in people]
    assert (len(people), len(users)) == (1000, 1004)
    assert len(set(addresses)) == 1000
    assert all(a.endswith("@halden.example") and a == a.lower() and a.isascii() for a in addresses)
    assert organization.owners() == 10
    assert 1 <= sum(user.name is None for user in people) <= 30
    assert all(user.created <= user.added_at <= time.time() for user in users)
    assert [len(members) for members in organization.members.values()] == [30] * 8


def test_a_written_company_is_served_as_written():
    with running_simulator(company=WRITTEN, starts_at=NOW) as simulator:
        wire = Wire(simulator)
        assert simulator.organization_id == "org-Written"
        ada, bo, eve = wire.get(USERS).json["data"]
        assert (ada["added_at"], ada["role"]) == (int(NOW) - 400 * 86_400, "owner")
        assert (bo["id"], bo["added_at"], bo["role"]) == ("user-bo", 1_767_312_000, "reader")
        assert eve["api_key_last_used_at"] == int(NOW) - 7_200
        statuses = {i["email"]: i["status"] for i in wire.get("/organization/invites").json["data"]}
        assert statuses == {"new@w.example": "pending", "late@w.example": "expired"}
        assert len(wire.get("/organization/projects").ids) == 1
        both = wire.get("/organization/projects?include_archived=true").json["data"]
        assert [project["status"] for project in both] == ["active", "archived"]
        keys = wire.get("/organization/admin_api_keys").json["data"]
        assert {key["owner"]["id"] for key in keys} == {eve["id"]}
        roles = wire.get("/organization/roles").ids
        assert roles[0] == "role-api-organization-owner__api-organization__org-Written"


@pytest.mark.parametrize(
    "content", ["{", '{"users":[{"name":"x"}]}', '{"user":[]}', '{"users":[{"email":1}]}']
)
def test_a_company_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "company.json"
    path.write_text(content)
    with pytest.raises(BadCompanyError, match=r"^The company file cannot be used: .+\.$"):
        read_company(path)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            {"projects": [{"name": "P", "members": [{"email": "x@y.z"}]}]},
            "x@y.z of P is not among the users.",
        ),
        (
            {"invites": [{"email": "x@y.z", "projects": [{"name": "P"}]}]},
            "P of x@y.z is not among the projects.",
        ),
        (
            {"users": [{"email": "x@y.z", "added_at": "long ago"}]},
            "long ago is no time: give a number, an instant or an age.",
        ),
    ],
)
def test_a_company_that_contradicts_itself_is_refused(tmp_path, written, sentence):
    path = tmp_path / "company.json"
    path.write_text(json.dumps(written))
    with pytest.raises(BadCompanyError) as caught:
        found(Company(written=read_company(path)), clock=Clock())
    assert str(caught.value) == sentence
