"""Every good answer is what the provider's own OpenAPI document says it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tenure.simulator.openai.app import COLLECTIONS
from tenure.simulator.openai.endpoints import identity_providers
from tenure.simulator.openai.running import running_simulator
from tenure.simulator.openai.tests.conftest import USERS, Wire

REPOSITORY = Path(__file__).parents[4]
_BESIDE = (p / "shared/reference/openai-admin-openapi.json" for p in REPOSITORY.parents)
CONTRACT = next((path for path in _BESIDE if path.exists()), REPOSITORY / "absent")
ORGANIZATION = "/organization"

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists(), reason="the provider's OpenAPI document is not on this machine"
)


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return json.loads(CONTRACT.read_text())


def check(contract: dict[str, Any], method: str, template: str, body: object) -> None:
    operation = contract["paths"][template][method.lower()]
    content = operation["responses"]["200"]["content"]["application/json"]
    schema = {**content["schema"], "components": contract["components"]}
    errors = sorted(Draft202012Validator(schema).iter_errors(body), key=str)
    assert not errors, f"{method} {template}: {errors[0].message} at {list(errors[0].path)}"


def script(openai: Any, wire: Any) -> list[tuple[str, str, str, Any]]:
    """Every endpoint once: method, template, path, body; ids are found on the way."""
    user, other = openai.users()[10]["id"], openai.users()[11]["id"]
    project = wire.get(f"{ORGANIZATION}/projects").ids[0]
    third = openai.users()[12]["id"]
    made = wire.post(f"{ORGANIZATION}/projects", {"name": "Contract"}).json["id"]
    invite = openai.invites()[0]["id"]
    role = wire.post(
        f"{ORGANIZATION}/roles", {"role_name": "Custom", "permissions": [], "description": "-"}
    ).json["id"]
    key = wire.get(f"{ORGANIZATION}/admin_api_keys").ids[1]
    asked = {"email": "n@halden.example", "role": "owner", "projects": []}
    o, p, u = ORGANIZATION, "/organization/projects/{project_id}", "/organization/users/{user_id}"
    return [
        *access_script(openai, wire, project),
        ("GET", f"{o}/users", f"{USERS}?limit=100", None),
        ("GET", u, f"{USERS}/{user}", None),
        ("POST", u, f"{USERS}/{user}", {"role": "owner"}),
        ("GET", f"{o}/invites", f"{o}/invites", None),
        ("POST", f"{o}/invites", f"{o}/invites", asked),
        ("GET", f"{o}/invites/{{invite_id}}", f"{o}/invites/{invite}", None),
        ("DELETE", f"{o}/invites/{{invite_id}}", f"{o}/invites/{invite}", None),
        ("GET", f"{o}/projects", f"{o}/projects?include_archived=true", None),
        ("POST", f"{o}/projects", f"{o}/projects", {"name": "Two"}),
        ("GET", p, f"{o}/projects/{project}", None),
        ("POST", p, f"{o}/projects/{project}", {"name": "Renamed"}),
        ("GET", f"{p}/users", f"{o}/projects/{project}/users", None),
        ("POST", f"{p}/users", f"{o}/projects/{made}/users", {"user_id": third, "role": "member"}),
        ("GET", f"{p}/users/{{user_id}}", f"{o}/projects/{made}/users/{third}", None),
        ("POST", f"{p}/users/{{user_id}}", f"{o}/projects/{made}/users/{third}", {"role": "owner"}),
        ("DELETE", f"{p}/users/{{user_id}}", f"{o}/projects/{made}/users/{third}", None),
        ("POST", f"{p}/archive", f"{o}/projects/{made}/archive", None),
        ("GET", f"{o}/roles", f"{o}/roles", None),
        (
            "POST",
            f"{o}/roles",
            f"{o}/roles",
            {"role_name": "R", "permissions": ["api.groups.read"]},
        ),
        ("GET", f"{o}/roles/{{role_id}}", f"{o}/roles/{role}", None),
        ("GET", f"{u}/roles", f"{USERS}/{other}/roles", None),
        ("POST", f"{u}/roles", f"{USERS}/{other}/roles", {"role_id": role}),
        ("GET", f"{u}/roles/{{role_id}}", f"{USERS}/{other}/roles/{role}", None),
        ("DELETE", f"{u}/roles/{{role_id}}", f"{USERS}/{other}/roles/{role}", None),
        ("GET", f"{o}/admin_api_keys", f"{o}/admin_api_keys", None),
        ("POST", f"{o}/admin_api_keys", f"{o}/admin_api_keys", {"name": "New"}),
        ("GET", f"{o}/admin_api_keys/{{key_id}}", f"{o}/admin_api_keys/{key}", None),
        ("DELETE", f"{o}/admin_api_keys/{{key_id}}", f"{o}/admin_api_keys/{key}", None),
        ("DELETE", u, f"{USERS}/{user}", None),
        ("GET", f"{o}/audit_logs", f"{o}/audit_logs?limit=100", None),
    ]


def access_script(openai: Any, wire: Any, project: str) -> list[tuple[str, str, str, Any]]:
    """Groups, roles in projects, service accounts, keys and usage, once each."""
    user, other = openai.users()[20]["id"], openai.users()[21]["id"]
    openai.put_member(project, other)
    role = openai.add_role("Auditor", permissions=["api.management.read"])["id"]
    custom = openai.add_role("Key maker", permissions=[], project=project)["id"]
    group = openai.add_group("Doomed", members=[user], roles=["Auditor"])["id"]
    machine = openai.add_service_account(project, "nightly")["id"]
    key = openai.add_project_key(project, other, name="notebook")["id"]
    openai.add_project_key(project, "nightly")
    openai.add_usage(project=project, key=key, requests=3)
    o, p, r = ORGANIZATION, "/organization/projects/{project_id}", "/projects/{project_id}"
    groups, one = f"{o}/groups", f"{o}/groups/{{group_id}}"
    since = "start_time=1793000000&group_by=project_id"
    kinds = (
        "completions embeddings moderations images audio_speeches audio_transcriptions "
        "file_search_calls web_search_calls vector_stores code_interpreter_sessions"
    )
    held_in_project = {"role_id": custom}
    machines, keys = f"{p}/service_accounts", f"{p}/api_keys"
    at = f"{o}/projects/{project}"
    return [
        ("GET", groups, groups, None),
        ("POST", groups, groups, {"name": "Made"}),
        ("GET", one, f"{groups}/{group}", None),
        ("POST", one, f"{groups}/{group}", {"name": "Renamed"}),
        ("GET", f"{one}/users", f"{groups}/{group}/users", None),
        ("POST", f"{one}/users", f"{groups}/{group}/users", {"user_id": other}),
        ("GET", f"{one}/users/{{user_id}}", f"{groups}/{group}/users/{other}", None),
        ("GET", f"{one}/roles", f"{groups}/{group}/roles", None),
        ("POST", f"{one}/roles", f"{groups}/{group}/roles", {"role_id": role}),
        ("GET", f"{one}/roles/{{role_id}}", f"{groups}/{group}/roles/{role}", None),
        ("GET", f"{p}/groups", f"{at}/groups", None),
        ("POST", f"{p}/groups", f"{at}/groups", {"group_id": group, "role": custom}),
        ("GET", f"{p}/groups/{{group_id}}", f"{at}/groups/{group}", None),
        ("GET", f"{r}/roles", f"/projects/{project}/roles", None),
        ("POST", f"{r}/roles", f"/projects/{project}/roles",
         {"role_name": "R", "permissions": []}),
        ("GET", f"{r}/roles/{{role_id}}", f"/projects/{project}/roles/{custom}", None),
        ("POST", f"{r}/roles/{{role_id}}", f"/projects/{project}/roles/{custom}",
         {"role_name": "Q", "permissions": ["a"]}),
        *role_script(f"{r}/users/{{user_id}}", f"/projects/{project}/users/{other}",
                     held_in_project),
        *role_script(f"{r}/groups/{{group_id}}", f"/projects/{project}/groups/{group}",
                     held_in_project),
        ("DELETE", f"{p}/groups/{{group_id}}", f"{at}/groups/{group}", None),
        ("DELETE", f"{r}/roles/{{role_id}}", f"/projects/{project}/roles/{custom}", None),
        ("GET", f"{o}/users/{{user_id}}/roles", f"{USERS}/{user}/roles", None),
        ("DELETE", f"{one}/roles/{{role_id}}", f"{groups}/{group}/roles/{role}", None),
        ("DELETE", f"{one}/users/{{user_id}}", f"{groups}/{group}/users/{other}", None),
        ("DELETE", one, f"{groups}/{group}", None),
        ("POST", f"{o}/roles/{{role_id}}", f"{o}/roles/{role}", {"description": "New"}),
        ("DELETE", f"{o}/roles/{{role_id}}", f"{o}/roles/{role}", None),
        ("GET", machines, f"{at}/service_accounts", None),
        ("POST", machines, f"{at}/service_accounts", {"name": "hourly"}),
        ("GET", f"{machines}/{{service_account_id}}", f"{at}/service_accounts/{machine}", None),
        ("POST", f"{machines}/{{service_account_id}}", f"{at}/service_accounts/{machine}",
         {"role": "owner"}),
        ("POST", f"{machines}/{{service_account_id}}/api_keys",
         f"{at}/service_accounts/{machine}/api_keys", {"name": "second"}),
        ("GET", keys, f"{at}/api_keys?owner_project_access=any", None),
        ("GET", f"{keys}/{{api_key_id}}", f"{at}/api_keys/{key}", None),
        ("DELETE", f"{keys}/{{api_key_id}}", f"{at}/api_keys/{key}", None),
        ("DELETE", f"{machines}/{{service_account_id}}", f"{at}/service_accounts/{machine}", None),
        *(("GET", f"{o}/usage/{k}", f"{o}/usage/{k}?{since}", None) for k in kinds.split()),
        ("GET", f"{o}/costs", f"{o}/costs?{since}&limit=30", None),
    ]  # fmt: skip


def role_script(template: str, path: str, held: dict[str, str]) -> list[tuple[str, str, str, Any]]:
    """Give, list, read and take a role."""
    one = f"{path}/roles/{held['role_id']}"
    return [
        ("POST", f"{template}/roles", f"{path}/roles", held),
        ("GET", f"{template}/roles", f"{path}/roles", None),
        ("GET", f"{template}/roles/{{role_id}}", one, None),
        ("DELETE", f"{template}/roles/{{role_id}}", one, None),
    ]


NOT_IN_THE_DOCUMENT = {
    ("GET", "/v1/organization/usage/decisions"),
    ("GET", "/v1/models"),
    ("POST", "/v1/organization/projects/{project_id}/api_keys/{api_key_id}"),
    # Held against the SDK's own models in test_identity_providers.
    *((one.method, one.path) for one in identity_providers.ENDPOINTS),
}


def test_every_good_answer_validates(openai, wire, contract):
    called = set()
    for method, template, path, body in script(openai, wire):
        answer = wire(method, path, body)
        assert answer.status == 200, (method, path, answer.raw)
        check(contract, method, template, answer.json)
        called.add((method, f"/v1{template}"))
    served = {(e.method, e.path) for module in COLLECTIONS for e in module.ENDPOINTS}
    assert served - called == NOT_IN_THE_DOCUMENT, "an endpoint is served and not checked"


def test_every_kind_of_row_validates(openai, wire, contract):
    openai.add_user(None, name=None, is_service_account=True)
    openai.add_user("x@halden.example", name="X", added_at="-3d", is_scim_managed=True)
    openai.add_invite("late@halden.example", created_at="-60d", expires_at="-30d")
    openai.add_event("login.succeeded", actor={"type": "session", "session": {"user": {}}})
    openai.accept_invite(openai.invites()[0]["email"])
    for path in ("users", "invites", "audit_logs"):
        check(contract, "GET", f"{ORGANIZATION}/{path}", wire.get(f"/organization/{path}").json)


def test_every_invented_row_validates(contract):
    with running_simulator(
        users=60, projects=4, service_accounts=5, groups=8, keys=40, admin_keys=5, days=5
    ) as simulator:
        wire, o = Wire(simulator), ORGANIZATION
        group = simulator.groups()[1]["id"]
        below = {"{group_id}": group, "{user_id}": simulator.groups()[1]["members"][0]["id"]}
        project, since = "/organization/projects/{project_id}", "?start_time=1793059200"
        templates = {
            "users": "", "groups": "", "admin_api_keys": "", "audit_logs": "", "roles": "",
            "groups/{group_id}/users": "", "groups/{group_id}/roles": "",
            "users/{user_id}/roles": "", "usage/completions": f"{since}&group_by=api_key_id",
            "costs": f"{since}&group_by=line_item",
        }  # fmt: skip
        for template, query in templates.items():
            path = template
            for name, value in below.items():
                path = path.replace(name, value)
            body = wire.get(f"{o}/{path}{query}").json
            check(contract, "GET", f"{o}/{template}", body)
            assert body["data"] or template.endswith("roles")
        for one in simulator.projects():
            for part in ("users", "groups", "service_accounts", "api_keys"):
                query = "?owner_project_access=any" if part == "api_keys" else ""
                body = wire.get(f"{o}/projects/{one['id']}/{part}{query}").json
                check(contract, "GET", f"{project}/{part}", body)


def test_a_refusal_is_the_documented_envelope(wire, contract):
    schema = {"$ref": "#/components/schemas/ErrorResponse", "components": contract["components"]}
    refusals = [wire.get(f"{USERS}/user-nobody"), wire.get(USERS, key="sk-wrong"), wire.get("/no")]
    assert {refusal.status for refusal in refusals} == {401, 404}
    for refusal in refusals:
        Draft202012Validator(schema).validate(refusal.json)


def test_the_check_can_fail(wire, contract):
    body = wire.get(USERS).json
    del body["data"][0]["added_at"]
    with pytest.raises(AssertionError, match="added_at"):
        check(contract, "GET", f"{ORGANIZATION}/users", body)
