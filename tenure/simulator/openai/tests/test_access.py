from __future__ import annotations

import pytest

from tenure.simulator.openai.tests.conftest import USERS


def test_without_a_bearer_key_nothing_is_told(wire):
    for header in ("", "Basic abc", "Bearer ", "sk-admin-xyz"):
        refused = wire.get(USERS, Authorization=header)
        assert refused.status == 401
        assert "didn't provide an API key" in refused.message
        assert "openai-organization" not in refused.headers


def test_an_unknown_key_is_named_by_its_last_four_characters_only(wire):
    refused = wire.get(USERS, key="sk-admin-ABCDEFGHIJKLMNOPQRSTUVWX")
    assert (refused.status, refused.json["error"]["code"]) == (401, "invalid_api_key")
    assert "sk-admin-****************UVWX." in refused.message
    assert "TUVWX" not in refused.message


@pytest.mark.parametrize("kind", ["project_key", "personal_key"])
def test_a_key_for_models_lacks_the_management_scope(openai, wire, kind):
    refused = wire.get(USERS, key=getattr(openai, kind))
    assert refused.status == 403
    assert "Missing scopes: api.management.read." in refused.message
    assert wire.get("/models", key=getattr(openai, kind)).status == 200


def test_an_admin_key_may_not_use_models(wire):
    assert "Missing scopes: api.model.read." in wire.get("/models").message


def test_a_read_only_key_reads_and_does_not_write(openai, wire, reader):
    assert wire.get(USERS, key=openai.read_only_key).status == 200
    refused = wire.delete(f"{USERS}/{reader['id']}", key=openai.read_only_key)
    assert "Missing scopes: api.management.write." in refused.message
    assert openai.state()["users"] == 50


@pytest.mark.parametrize("named", ["org-somebody-else", ""])
def test_another_organization_in_the_header_is_a_mismatch(wire, named):
    refused = wire.get(USERS, OpenAI_Organization=named)
    assert (refused.status, refused.json["error"]["code"]) == (401, "mismatched_organization")


def test_a_key_with_chosen_scopes_and_lifetime(openai, wire):
    key = openai.add_key("admin", scopes=["api.management.read"], expires_in=60)
    assert wire.get(USERS, key=key).status == 200
    assert wire.delete(f"{USERS}/user-x", key=key).status == 403
    openai.advance(61)
    assert wire.get(USERS, key=key).status == 401


def test_every_answer_carries_its_own_request_id(wire):
    answers = [wire.get(USERS), wire.get(USERS), wire.get("/nowhere"), wire.get(USERS, key="x")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4
    assert wire.get("/nowhere").message == "Invalid URL (GET /v1/nowhere)"


def test_no_key_is_ever_logged(openai, wire):
    wire.get(USERS)
    wire.get(USERS, key="sk-admin-wrong-and-long-enough")
    entries = openai.requests()
    assert [entry["key"] for entry in entries] == ["admin", None]
    assert openai.admin_key not in str(entries)
    assert "wrong" not in str(entries)
