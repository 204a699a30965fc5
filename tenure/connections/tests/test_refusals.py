"""Every way in which a provider, or what was typed, says no: one sentence, at the right field."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.urls import reverse

from tenure.audit.models import AuditEvent
from tenure.connections.models import Connection, ConnectionKey

pytestmark = pytest.mark.django_db

REFUSED, UNREACHABLE = 2, 3
UNKNOWN = "sk-admin-" + "x" * 40


@dataclass(frozen=True)
class Case:
    says: str
    field: str | None
    code: int
    faults: dict[str, object] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


CASES = {
    "wrong organization": Case(
        "belongs to another organization",
        "organization_id",
        UNREACHABLE,
        typed={"organization_id": "org-somebodyelse"},
    ),
    "revoked": Case("does not accept this key", "api_key", UNREACHABLE, {"revoked": "admin"}),
    "unknown key": Case(
        "does not accept this key", "api_key", UNREACHABLE, typed={"api_key": UNKNOWN}
    ),
    "missing scope, 403": Case(
        "lacks api.management.read",
        "api_key",
        UNREACHABLE,
        {"missing_scope": "users", "missing_scope_status": "403"},
    ),
    "missing scope, 401": Case(
        "lacks api.management.read",
        "api_key",
        UNREACHABLE,
        {"missing_scope": "users", "missing_scope_status": "401"},
    ),
    "personal key that reads nothing": Case(
        "personal key", "api_key", UNREACHABLE, typed={"api_key": "PERSONAL"}
    ),
    "project key": Case("project key", "api_key", UNREACHABLE, typed={"api_key": "PROJECT"}),
    "rate limit": Case("too many requests", None, UNREACHABLE, {"rate_limited": "plain"}),
    "quota": Case("billing", None, UNREACHABLE, {"rate_limited": "insufficient_quota"}),
    "a proxy's page": Case("web page", "base_url", UNREACHABLE, {"broken_body": "html"}),
    "half an answer": Case("could not be read", None, UNREACHABLE, {"broken_body": "truncated"}),
    "the provider's fault": Case("fault of its own", None, UNREACHABLE, {"server_error": True}),
    "cut connection": Case("", None, UNREACHABLE, {"reset": True}),
    "nobody there": Case(
        "", None, UNREACHABLE, typed={"base_url": "http://127.0.0.1:9/v1"}
    ),
    "not an organization": Case(
        "begins with org-", "organization_id", REFUSED, typed={"organization_id": "Halden"}
    ),
    "not a key": Case("begins with sk-", "api_key", REFUSED, typed={"api_key": "hunter2hunter2"}),
    "quoted key": Case(
        "quotation marks", "api_key", REFUSED, typed={"api_key": f'"{UNKNOWN}"'}
    ),
    "private address": Case(
        "", "base_url", REFUSED, typed={"base_url": "https://169.254.169.254/v1"}
    ),
}  # fmt: skip


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request, openai) -> Case:
    openai.faults(**request.param.faults)
    return request.param


@pytest.fixture
def typed(case, openai) -> dict[str, str]:
    right = {
        "organization_id": openai.organization_id,
        "api_key": openai.admin_key,
        "base_url": openai.url,
    }
    keys = {"PERSONAL": openai.personal_key, "PROJECT": openai.project_key}
    return right | {name: keys.get(value, value) for name, value in case.typed.items()}


def test_on_the_page_it_is_one_sentence_at_its_field_and_nothing_is_stored(case, typed, client_of):
    answer = client_of("ada").post(
        reverse("connections:connect", args=["openai"]), {"name": "OpenAI", **typed}
    )
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [case.field or "__all__"]
    (sentence,) = errors[case.field or "__all__"]
    _is_one_sentence(sentence, case.says)
    body = answer.content.decode()
    assert typed["api_key"] not in body
    assert typed["organization_id"] in body
    _nothing_is_stored()


def test_on_the_command_line_it_is_one_sentence_and_an_exit_code(case, typed, tenure, tmp_path):
    key = tmp_path / "key"
    key.write_text(typed["api_key"] + "\n")
    ended = tenure(
        "connect", "openai", "--organization-id", typed["organization_id"],
        "--api-key-file", key, "--base-url", typed["base_url"], "--yes",
    )  # fmt: skip
    assert ended.code == case.code
    assert ended.out == ""
    _is_one_sentence(ended.err.strip(), case.says)
    assert typed["api_key"] not in ended.err
    _nothing_is_stored()


def _is_one_sentence(text: str, says: str) -> None:
    assert says in text
    assert text.endswith(".")
    assert "\n" not in text
    assert ". " not in text.replace("api.openai.com", "")


def _nothing_is_stored() -> None:
    assert not Connection.objects.exists()
    assert not ConnectionKey.objects.exists()
    assert not AuditEvent.objects.filter(verb__startswith="connection.").exists()
