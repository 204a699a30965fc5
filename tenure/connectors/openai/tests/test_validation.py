"""What is found out about a key, and each reason for which one is refused."""

from __future__ import annotations

import json
import socket

import pytest

from tenure.connectors.base import Refusal
from tenure.connectors.openai.tests.conftest import KEY, ORGANIZATION, answer
from tenure.lib.tests.recording import Answer


def rows(validation):
    return {row.capability: row for row in validation.found}


def refused(connector):
    with pytest.raises(Refusal) as refusal:
        connector.validate()
    return refusal.value


def test_a_full_admin_key_says_what_it_sees(simulator, connect):
    simulator.add_event("login.succeeded")
    validation = connect(simulator).validate()
    assert (validation.key_kind, validation.is_full) == ("admin", True)
    assert validation.organization_id == simulator.organization_id
    assert validation.key_hint == simulator.admin_key[-4:]
    assert (validation.users_seen, validation.more_users) == (100, True)
    assert (validation.audit_logging, validation.may_write) == (True, None)
    seen = rows(validation)
    assert seen["Users and roles"].seen.startswith("100 or more users, ")
    assert seen["Invites"].seen == "3 invites"
    assert seen["Projects"].seen == "3 projects"
    assert seen["Audit log"].state == "readable"
    assert seen["Removal"].state == "unconfirmed"
    assert "confirmed at first use" in seen["Removal"].seen


def test_every_request_is_a_read_asked_once_and_shown(simulator, connect):
    validation = connect(simulator).validate()
    sent = simulator.requests()
    assert {entry["method"] for entry in sent} == {"GET"}
    assert len(sent) == len({entry["path"] for entry in sent}) == len(validation.probes) == 8
    assert validation.probes[0].path == "organization/users?limit=100"
    assert [probe.status for probe in validation.probes] == [entry["status"] for entry in sent]


def test_its_own_record_tells_owner_and_expiry(simulator, connect):
    owner = next(user for user in simulator.users() if user["role"] == "owner")
    key = simulator.add_key(owner=owner["email"], expires_in=86_400)
    validation = connect(simulator, api_key=key).validate()
    assert (validation.key_owner_id, validation.key_owner) == (owner["id"], owner["name"])
    assert validation.key_expires_at - validation.key_created_at == 86_400


def test_an_expiry_no_calendar_has_is_no_expiry(simulator, connect):
    owner = next(user for user in simulator.users() if user["role"] == "owner")
    key = simulator.add_key(owner=owner["email"], expires_in=9 * 10**12)
    validation = connect(simulator, api_key=key).validate()
    assert (validation.key_owner_id, validation.key_expires_at) == (owner["id"], None)


@pytest.mark.parametrize(
    ("header", "proof"),
    [("slug", "role_ids"), ("id", "both"), ("absent", "role_ids")],
)
def test_it_says_which_answers_name_the_organization(header, proof, simulator, connect):
    simulator.faults(organization_header=header)
    validation = connect(simulator).validate()
    assert validation.organization_proof == proof
    assert (validation.organization_name is not None) == (header == "slug")


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("org-SomebodyElse00000000001", "role_01J"),
        (ORGANIZATION, "role-api-organization-owner__api-organization__org-SomebodyElse"),
    ],
)
def test_answers_that_name_another_organization_refuse_the_key(header, role, raw, connect):
    page = answer(role, has_more=False).body
    raw.answer = lambda _: Answer(body=page, headers={"openai-organization": header})
    refusal = refused(connect(base_url=raw.url))
    assert (refusal.kind, refusal.field) == ("wrong_organization", "organization_id")


@pytest.mark.parametrize(
    ("header", "role", "expected"),
    [
        ("", "role-api-organization-reader", ("none", None)),
        ("org-chart-inc-x1", "role_01J", ("none", "org-chart-inc-x1")),
        (ORGANIZATION, "role_01J", ("response_header", None)),
        ("", f"role-api-organization-owner__api-organization__{ORGANIZATION}", ("role_ids", None)),
    ],
)
def test_without_a_proof_it_does_not_claim_one(header, role, expected, raw, connect):
    page = answer(role, has_more=False).body
    raw.answer = lambda _: Answer(body=page, headers={"openai-organization": header})
    validation = connect(base_url=raw.url).validate()
    assert (validation.organization_proof, validation.organization_name) == expected


def test_a_key_that_may_not_read_everything_is_limited(simulator, connect):
    simulator.faults(missing_scope="invites")
    validation = connect(simulator).validate()
    assert (validation.key_kind, validation.is_full) == ("limited", False)
    row = rows(validation)["Invites"]
    assert row.state == "missing_scope"
    assert "api.management.read" in row.seen


def test_a_personal_key_that_reads_users_connects_without_removal(simulator, connect):
    simulator.faults(personal_key_reads="on")
    validation = connect(simulator, api_key=simulator.personal_key).validate()
    assert (validation.key_kind, validation.is_full) == ("personal", False)
    assert validation.may_write is False
    assert rows(validation)["Removal"].state == "off"


@pytest.mark.parametrize(
    ("key", "sort"), [("personal_key", "a personal key"), ("project_key", "a project key")]
)
@pytest.mark.parametrize("status", ["401", "403"])
def test_a_key_that_cannot_read_users_is_refused_as_what_it_is(
    key, sort, status, simulator, connect
):
    simulator.faults(missing_scope_status=status)
    refusal = refused(connect(simulator, api_key=getattr(simulator, key)))
    assert (refusal.kind, refusal.field) == ("not_an_admin_key", "api_key")
    assert f"This is {sort}" in str(refusal)
    assert len(simulator.requests()) == 1


@pytest.mark.parametrize("shape", ["envelope", "flat", "string"])
def test_an_admin_key_without_the_scope_is_told_which(shape, simulator, connect):
    simulator.faults(missing_scope="users", error_body=shape)
    refusal = refused(connect(simulator))
    assert (refusal.kind, refusal.field) == ("missing_scope", "api_key")
    assert "lacks api.management.read" in str(refusal)


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({"organization_mismatch": "on"}, ("wrong_organization", "organization_id", "another")),
        ({"revoked": "admin"}, ("invalid_key", "api_key", "revoked or has expired")),
        ({"rate_limited": "plain"}, ("rate_limited", None, "too many requests")),
        ({"rate_limited": "absurd"}, ("rate_limited", None, "60 minutes")),
        ({"rate_limited": "insufficient_quota"}, ("quota_exhausted", None, "billing")),
        ({"broken_body": "html"}, ("not_the_provider", "base_url", "web page")),
        ({"broken_body": "empty"}, ("unreadable", None, "could not be read")),
        ({"broken_body": "truncated"}, ("unreadable", None, "could not be read")),
        ({"overloaded": "on"}, ("provider_error", None, "(503)")),
        ({"server_error": "on"}, ("provider_error", None, "(500)")),
        ({"reset": "on"}, ("unreachable", None, "broke off")),
    ],
    ids=str,
)
def test_each_refusal_is_its_own_sentence_at_its_own_field(faults, expected, simulator, connect):
    kind, field, words = expected
    simulator.faults(**faults)
    refusal = refused(connect(simulator))
    assert (refusal.kind, refusal.field) == (kind, field)
    assert words in str(refusal)


def test_an_organization_that_is_not_the_keys_is_refused(simulator, connect):
    refusal = refused(connect(simulator, organization_id=ORGANIZATION))
    assert (refusal.kind, refusal.field) == ("wrong_organization", "organization_id")


def test_a_key_nobody_knows_is_refused(simulator, connect):
    assert refused(connect(simulator, api_key=KEY)).kind == "invalid_key"


def test_a_path_that_does_not_exist_points_at_the_base_url(simulator, connect):
    refusal = refused(connect(simulator, base_url=simulator.url.removesuffix("/v1")))
    assert (refusal.kind, refusal.field) == ("not_found", "base_url")
    assert "/v1" in str(refusal)


def test_no_one_listening_is_told_from_a_wrong_name(connect, monkeypatch):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
        assert "route and firewall" in str(refused(connect(base_url=url)))

    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    refusal = refused(connect(base_url="https://nowhere.example/v1"))
    assert (refusal.kind, "nowhere.example could not be resolved" in str(refusal)) == (
        "unreachable",
        True,
    )


def test_a_host_that_leads_inside_is_refused_before_anything_is_sent(raw, connect, monkeypatch):
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    refusal = refused(connect(base_url="https://rebound.example/v1"))
    assert (refusal.kind, refusal.field) == ("bad_input", "base_url")


def test_bad_input_sends_nothing(simulator, connect):
    assert refused(connect(simulator, organization_id="Halden")).kind == "bad_input"
    assert refused(connect(simulator, api_key=f"Bearer {KEY}")).kind == "bad_input"
    assert refused(connect(simulator, base_url="http://10.0.0.1/v1")).kind == "bad_input"
    assert simulator.requests() == []


def test_a_redirect_is_not_followed_with_the_key(raw, connect):
    raw.answer = lambda _: Answer(307, b"", {"location": f"{raw.url}/elsewhere"})
    refusal = refused(connect(base_url=raw.url))
    assert (refusal.kind, refusal.field, len(raw.sent)) == ("not_the_provider", "base_url", 1)


@pytest.mark.parametrize("looks", ["empty", "403", "404"])
def test_audit_logging_that_is_off_is_recognised_in_every_shape(looks, simulator, connect):
    simulator.faults(audit_log=looks)
    validation = connect(simulator).validate()
    assert validation.audit_logging is False
    assert rows(validation)["Audit log"].state == "off"
    assert validation.is_full


def test_an_audit_log_the_key_may_not_see_is_not_called_off(simulator, connect):
    simulator.faults(missing_scope="audit_logs")
    validation = connect(simulator).validate()
    assert validation.audit_logging is None
    assert rows(validation)["Audit log"].state == "missing_scope"


def test_one_failure_that_passes_is_not_held_against_the_key(simulator, connect):
    simulator.faults(overloaded="on@users#1")
    assert connect(simulator).validate().key_kind == "admin"


def test_a_list_that_fails_says_so_and_the_rest_is_still_judged(simulator, connect):
    simulator.faults(server_error="on@invites")
    row = rows(connect(simulator).validate())["Invites"]
    assert (row.state, "(500)" in row.seen) == ("unavailable", True)


def test_users_that_cannot_be_understood_do_not_stop_a_connection(simulator, connect):
    simulator.faults(missing_id="0.2@users")
    assert 0 < connect(simulator).validate().users_seen < 100


def keys(*redacted):
    listed = [{"id": f"key_{n}", "redacted_value": r, "owner": {"id": f"user-{n}", "name": f"N{n}"}}
              for n, r in enumerate(redacted)]  # fmt: skip
    return Answer(body=json.dumps({"data": listed, "has_more": False}).encode())


@pytest.mark.parametrize(
    ("redacted", "owner"),
    [
        (["sk-admin-…0000", f"sk-admin-…{KEY[-4:]}"], "N1"),
        ([f"{KEY[:12]}...{KEY[-3:]}", "sk-admin-xyz"], "N0"),
        ([f"sk-admin-********{KEY[-4:]}"], "N0"),
        ([f"sk-proj-********{KEY[-4:]}"], None),
        ([f"sk-admin…{KEY[-4:]}", f"sk-admin-…{KEY[-4:]}"], None),
        ([None, "", "…", f"sk-admin-…{KEY[-1:]}"], None),
    ],
)
def test_a_key_is_recognised_by_the_ends_that_are_shown_or_not_at_all(
    redacted, owner, raw, connect
):
    def respond(sent):
        return keys(*redacted) if "admin_api_keys" in sent.path else answer(has_more=False)

    raw.answer = respond
    assert connect(base_url=raw.url).validate().key_owner == owner


@pytest.mark.parametrize("header", ["slug", "id", "absent"])
def test_a_key_alone_finds_its_organization(header, simulator, connect):
    simulator.faults(organization_header=header)
    found = connect(simulator, organization_id="").organization_id()
    assert found == simulator.organization_id


def test_where_no_answer_names_the_organization_it_has_to_be_named(raw, connect):
    page = answer("role_01J", has_more=False).body
    raw.answer = lambda _: Answer(body=page, headers={"openai-organization": "org-chart-inc"})
    with pytest.raises(Refusal, match="name it by its ID, org-") as refusal:
        connect(base_url=raw.url, organization_id="").organization_id()
    assert refusal.value.field == "organization_id"


def test_a_key_that_cannot_be_one_is_refused_without_asking(simulator, connect):
    with pytest.raises(Refusal, match="begins with sk-"):
        connect(simulator, api_key="pk-something", organization_id="").organization_id()
    assert simulator.requests() == []
