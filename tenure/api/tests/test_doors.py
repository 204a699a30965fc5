"""Who comes in, and that nobody does by a way that nobody decided about."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from ninja import Schema

from tenure.api.assembly import assemble, operations_of
from tenure.api.tests.conftest import Program, secret_of
from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.endpoints import Endpoints
from tenure.testing.cast import HERE, actor_of, user_of
from tenure.testing.factories import make_account, make_connection
from tenure.users.models import ApiToken
from tenure.users.operations.create_token import create_token
from tenure.users.operations.revoke_token import revoke_token

pytestmark = pytest.mark.django_db


def test_an_endpoint_that_demands_nothing_is_refused_to_everybody():
    planted = Endpoints("Planted")

    @planted.get("/planted", response=Schema)
    def forgotten(request) -> dict[str, str]:
        return {"secret": "told"}

    (operation,) = operations_of(assemble(planted))
    secret = secret_of("ada")
    request = RequestFactory().get("/planted", headers={"Authorization": f"Bearer {secret}"})
    answer = operation.run(request)
    assert answer.status_code == 403
    assert b"told" not in answer.content


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer tenure_made-up", "Basic YTpi", "Bearer ä"]
)
def test_without_a_live_token_nobody_comes_in(client, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = client.get("/api/v1/accounts", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["type"] == "urn:tenure:no-token"


def test_a_session_opens_nothing(client_of):
    client = client_of("ada")
    assert client.get("/api/v1/accounts").status_code == 401
    assert client.post("/api/v1/test-runs", "{}", "application/json").status_code == 401
    assert not AuditEvent.objects.filter(verb="tests.run").exists()


def test_a_token_revoked_or_expired_opens_nothing():
    user_of("mara")
    lasts = {"expires_at": now() + timedelta(days=1)}
    token, secret = create_token(
        name="x", scopes=["inventory:read"], actor=actor_of("mara"), **lasts
    )
    program = Program(secret)
    assert program.get("/accounts").status_code == 200
    with time_machine.travel(now() + timedelta(days=2)):
        assert program.get("/accounts").status_code == 401
    revoke_token(token_ref=token.ref, actor=actor_of("mara"))
    assert program.get("/accounts").status_code == 401


def test_somebody_shut_out_has_no_programs(program_of):
    program = program_of("mara")
    user = user_of("mara")
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert program.get("/accounts").status_code == 401


def test_a_token_without_the_scope_is_told_which_it_needs(program_of):
    answer = program_of("mara", ["inventory:read"]).get("/people")
    assert answer.status_code == 403
    assert answer.document["type"] == "urn:tenure:scope-missing"
    assert "people:read" in answer.document["detail"]
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_a_scope_helps_nobody_whose_user_may_not(program_of):
    program = program_of("mara", ["inventory:read", "audit:read"])
    assert program.get("/audit-events").status_code == 200
    user_of("mara").role_assignments.update(permission_set="system_owner")
    assert program.get("/accounts").status_code == 200
    answer = program.get("/audit-events")
    assert (answer.status_code, answer.document["type"]) == (403, "urn:tenure:not-allowed")


def test_a_system_owners_program_sees_their_connection_and_no_other(program_of):
    mine, other = make_connection(ref=HERE), make_connection()
    own, strange = make_account(mine), make_account(other)
    program = program_of("sid", connection=HERE)
    seen = [one["ref"] for one in program.get("/accounts").document["data"]]
    assert seen == [str(own.ref)]
    assert program.get(f"/accounts/{strange.ref}").status_code == 404
    assert program.get(f"/connections/{other.ref}").status_code == 404
    assert program.get(f"/connections/{other.ref}/runs").status_code == 404
    assert program.get("/people").status_code == 403
    assert program.post(f"/accounts/{own.ref}/unlink", {"reason": "x"}).status_code == 403


def test_what_a_program_does_is_recorded_as_its_tokens_deed(program_of):
    account = make_account(make_connection())
    program = program_of("mara")
    program.post(f"/projects/{account.ref}/exclude", {"reason": "x"})
    program.post("/test-runs", {})
    event = AuditEvent.objects.get(verb="tests.run")
    assert (event.actor_kind, event.actor_id) == ("token", str(ApiToken.objects.get().ref))
    assert event.texts.get(field="actor").text == "Mara Okafor (a program)"


def test_last_use_is_remembered(program_of):
    program = program_of("mara")
    assert ApiToken.objects.get().last_used_at is None
    program.get("/accounts")
    assert ApiToken.objects.get().last_used_at is not None


def test_no_other_site_is_let_in(program_of):
    answer = program_of("mara").get("/accounts", Origin="https://elsewhere.example")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["Cache-Control"] == "no-store"
