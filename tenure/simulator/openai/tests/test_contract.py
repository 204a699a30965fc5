"""Every good answer is what the provider's own OpenAPI document says it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tenure.simulator.openai.app import COLLECTIONS
from tenure.simulator.openai.tests.conftest import USERS

REPOSITORY = Path(__file__).parents[4]
CONTRACT = REPOSITORY.parent / "shared" / "reference" / "openai-admin-openapi.json"
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
    made = wire.post(f"{ORGANIZATION}/projects", {"name": "Contract"}).json["id"]
    invite = openai.invites()[0]["id"]
    role = wire.post(
        f"{ORGANIZATION}/roles", {"role_name": "Custom", "permissions": [], "description": "-"}
    ).json["id"]
    key = wire.get(f"{ORGANIZATION}/admin_api_keys").ids[1]
    asked = {"email": "n@halden.example", "role": "owner", "projects": []}
    o, p, u = ORGANIZATION, "/organization/projects/{project_id}", "/organization/users/{user_id}"
    return [
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
        ("POST", f"{p}/users", f"{o}/projects/{made}/users", {"user_id": user, "role": "member"}),
        ("GET", f"{p}/users/{{user_id}}", f"{o}/projects/{made}/users/{user}", None),
        ("POST", f"{p}/users/{{user_id}}", f"{o}/projects/{made}/users/{user}", {"role": "owner"}),
        ("DELETE", f"{p}/users/{{user_id}}", f"{o}/projects/{made}/users/{user}", None),
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


def test_every_good_answer_validates(openai, wire, contract):
    called = set()
    for method, template, path, body in script(openai, wire):
        answer = wire(method, path, body)
        assert answer.status == 200, (method, path, answer.raw)
        check(contract, method, template, answer.json)
        called.add((method, f"/v1{template}"))
    served = {(e.method, e.path) for module in COLLECTIONS for e in module.ENDPOINTS}
    assert served - called == {("GET", "/v1/models")}, "an endpoint is served and not checked"


def test_every_kind_of_row_validates(openai, wire, contract):
    openai.add_user(None, name=None, is_service_account=True)
    openai.add_user("x@halden.example", name="X", added_at="-3d", is_scim_managed=True)
    openai.add_invite("late@halden.example", created_at="-60d", expires_at="-30d")
    openai.add_event("login.succeeded", actor={"type": "session", "session": {"user": {}}})
    openai.accept_invite(openai.invites()[0]["email"])
    for path in ("users", "invites", "audit_logs"):
        check(contract, "GET", f"{ORGANIZATION}/{path}", wire.get(f"/organization/{path}").json)


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
