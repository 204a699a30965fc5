"""The OpenAPI document, and the page that shows it without anything from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.api.assembly import document
from tenure.api.problems import MEDIA_TYPE, TITLES
from tenure.users.scopes import SCOPES

pytestmark = pytest.mark.django_db


def test_anyone_may_read_the_document_and_it_tells_nothing_of_this_installation(client, settings):
    settings.TENURE_ORGANIZATION_NAME = "Halden Labs"
    settings.TENURE_PUBLIC_URL = "https://tenure.halden.example"
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert b"alden" not in answer.content


def test_every_operation_says_what_it_demands_and_how_it_refuses():
    for methods in document()["paths"].values():
        for said in methods.values():
            assert said["x-scope"]
            assert said["x-permission"]
            assert said["security"] == [{"Token": []}]
            assert MEDIA_TYPE in said["responses"][401]["content"]
            assert said["summary"]
            assert not said["summary"].endswith(".")


def test_what_creates_takes_an_idempotency_key_and_nothing_else_does():
    takes = {
        said["operationId"]
        for methods in document()["paths"].values()
        for said in methods.values()
        if any(one["name"] == "Idempotency-Key" for one in said["parameters"])
    }
    assert takes == {
        "request_sync",
        "release_held_run",
        "import_people",
        "add_person",
        "add_people_source",
        "add_delegation",
        "note_finding",
        "add_holiday",
        "import_holidays",
        "open_offboarding",
        "create_evidence",
        "add_offboarding_item",
        "draft_campaign",
        "copy_campaign",
        "submit_items",
        "ask_for_access",
        "comment_on_access",
        "add_approval_policy",
        "add_approver_group",
    }


def test_the_page_lists_every_operation(client_of):
    page = client_of("oscar").get("/api/v1/docs").content.decode()
    for path, methods in document()["paths"].items():
        assert path in page
        for said in methods.values():
            assert said["summary"].replace("'", "&#x27;") in page


def test_the_manual_has_every_scope_and_every_type_of_problem():
    manual = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    assert [scope for scope in SCOPES if f"| `{scope}` |" not in manual] == []
    assert [kind for kind in TITLES if f"| `urn:tenure:{kind}` |" not in manual] == []


def test_the_page_is_for_those_who_are_signed_in(client):
    assert client.get("/api/v1/docs").status_code == 302
