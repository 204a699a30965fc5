"""A company of the size that is to be managed, with what goes wrong in one."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from tenure.simulator.openai import facts
from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.company import Company, found
from tenure.simulator.openai.company_file import BadCompanyError, CompanyFile
from tenure.simulator.openai.invention import HISTORY_ENDS
from tenure.simulator.openai.project_keys import settle_access
from tenure.simulator.openai.running import running_simulator
from tenure.simulator.openai.tests.conftest import Wire

SIZES = Company(
    users=10_000, projects=300, members=20, invites=40, service_accounts=500, groups=400,
    keys=3_000, admin_keys=12, days=30,
)  # fmt: skip
WRITTEN = {
    "users": [
        {"email": "ada@w.example", "role": "owner"},
        {"email": "bo@w.example"},
    ],
    "projects": [
        {
            "name": "Search",
            "members": [{"email": "bo@w.example"}],
            "roles": [{"name": "Key maker", "permissions": ["api.keys.write"]}],
            "service_accounts": [{"name": "nightly"}],
            "keys": [
                {"name": "notebook", "owner": "bo@w.example", "last_used_at": "-9d"},
                {"name": "cron", "owner": "nightly"},
                {"name": "left", "owner": "ada@w.example", "expires_at": "-1d"},
            ],
        }
    ],
    "roles": [{"name": "Auditor"}],
    "groups": [
        {
            "name": "Team",
            "members": ["bo@w.example"],
            "roles": ["Auditor"],
            "projects": [{"name": "Search", "role": "Key maker"}],
        }
    ],
    "admin_keys": [{"name": "Reporting", "owner": "ada@w.example"}],
    "logins": [{"user": "bo@w.example", "at": "-3h"}],
    "usage": [{"project": "Search", "key": "notebook", "at": "-2d", "requests": 12}],
}


@pytest.fixture(scope="module")
def organization():
    return found(SIZES, clock=Clock())


def test_it_has_the_size_that_was_asked_for(organization):
    assert (len(organization.users), len(organization.projects)) == (10_500, 300)
    machines = sum(len(rows) for rows in organization.service_accounts.values())
    keys = sum(len(rows) for rows in organization.project_keys.values())
    assert (len(organization.groups), machines, keys) == (400, 500, 3_000)
    assert len(organization.admin_keys) == 14
    names = Counter(group.name for group in organization.groups)
    assert max(names.values()) == 1


def test_keys_are_as_they_are_in_a_company(organization):
    keys = [k for p in organization.projects for k in settle_access(organization, p.id)]
    access = Counter(key.owner_project_access for key in keys)
    assert 300 < access["inactive"] < 900
    gone = [k for k in keys if k.owner.user and not organization.users.get(k.owner.id)]
    assert 50 < len(gone) < 400
    assert all(key.owner_project_access == "inactive" for key in gone)
    assert sum(key.owner.type == "service_account" for key in keys) > 100
    assert 300 < sum(key.last_used_at is None for key in keys) < 1_200
    expired = [k for k in keys if k.expires_at and k.expires_at < HISTORY_ENDS]
    assert 50 < len(expired) < 500
    assert all((k.last_used_at or 0) < (k.expires_at or HISTORY_ENDS) for k in keys)
    owners = Counter(key.owner.type for key in organization.admin_keys)
    assert owners["service_account"] > 0
    assert any((key.expires_at or HISTORY_ENDS) < HISTORY_ENDS for key in organization.admin_keys)


def test_roles_come_through_groups_and_days_are_filled(organization):
    assert any(organization.assignments.get(group.id) for group in organization.groups)
    held = Counter(
        role
        for by_principal in organization.project_assignments.values()
        for roles in by_principal.values()
        for role in roles
    )
    assert {"role-api-project-owner", "role-api-project-member"} <= held.keys()
    logins = [e for e in organization.events if e["type"] == "login.succeeded"]
    assert len(logins) > 20_000
    assert [e["effective_at"] for e in logins] == sorted(e["effective_at"] for e in logins)
    assert len(organization.usage["completions"]) == 30


def test_the_same_seed_invents_the_same_access():
    sizes = Company(users=60, projects=4, service_accounts=4, groups=6, keys=30, days=5)
    clocks = Clock(starts_at=HISTORY_ENDS), Clock(starts_at=HISTORY_ENDS)
    one, again = (msgspec.json.encode(found(sizes, clock=c).saved().groups) for c in clocks)
    assert one == again
    keys = [found(sizes, clock=c).saved().project_keys for c in clocks]
    assert keys[0] == keys[1]


def test_everything_invented_began_before_it_was_looked_at(organization):
    sinces = [since for _, since in facts.current(organization)]
    assert len(sinces) > 30_000
    assert max(sinces) <= organization.now()
    assert list(organization.history.recorded()) == []


def test_a_written_company_has_access_and_activity_too():
    with running_simulator(company=WRITTEN) as simulator:
        wire = Wire(simulator)
        project = simulator.projects()[0]["id"]
        keys = f"/organization/projects/{project}/api_keys?owner_project_access=any"
        rows = {row["name"]: row for row in wire.get(keys).json["data"]}
        assert rows["cron"]["owner"]["type"] == "service_account"
        now = simulator.state()["now"]
        assert 2 * 86_400 <= now - rows["notebook"]["last_used_at"] < 2 * 86_400 + 60
        assert rows["left"]["expires_at"] < now
        bo = simulator.users()[1]["id"]
        held = wire.get(f"/projects/{project}/users/{bo}/roles").json["data"]
        assert {role["name"] for role in held} == {"member", "Key maker"}
        assert "Reporting" in {key["name"] for key in simulator.admin_keys()}
        types = [e["type"] for e in wire.get("/organization/audit_logs").json["data"]]
        assert types == ["login.succeeded"]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"groups": [{"name": "T", "members": ["x@y.z"]}]}, "There is no user x@y.z."),
        ({"groups": [{"name": "T", "roles": ["King"]}]}, "There is no role King."),
        ({"usage": [{"project": "Nowhere"}]}, "There is no project Nowhere."),
        ({"projects": [{"name": "P", "keys": [{"owner": "x@y.z"}]}]}, "There is no user x@y.z."),
    ],
)
def test_a_company_that_names_what_it_lacks_is_refused(part, sentence):
    written = msgspec.convert(part, CompanyFile)
    with pytest.raises(BadCompanyError) as caught:
        found(Company(written=written), clock=Clock())
    assert str(caught.value) == sentence
