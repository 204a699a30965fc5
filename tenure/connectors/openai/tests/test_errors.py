"""Every refusal that was ever seen, in every shape it came in."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import format_datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.openai import errors
from tenure.lib import clock
from tenure.lib.outbound import NotReached

MISSING = (
    "You have insufficient permissions for this operation. Missing scopes: {}. Check that you have "
    "the correct role in your organization, and if you're using a restricted API key, that it has "
    "the necessary scopes."
)


def envelope(message, code=None, kind="invalid_request_error"):
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def flat(message, code=None):
    return {"code": code or 404, "message": message}


def string(message, _code=None):
    return {"error": message}


def refused(status, body=b"", *, cursor=None, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return errors.refused(status, httpx2.Headers(headers), body, cursor=cursor)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("shape", [envelope, flat, string])
@pytest.mark.parametrize(
    ("scopes", "named"),
    [
        ("api.management.read", "api.management.read"),
        ("api.usage.read", "api.usage.read"),
        ("api.groups.read, api.groups.write", "api.groups.read and api.groups.write"),
    ],
)
def test_missing_scopes_are_named_whatever_the_status_and_the_shape(status, shape, scopes, named):
    error = refused(status, shape(MISSING.format(scopes)))
    assert (error.kind, error.may_pass) == ("missing_scope", False)
    assert f"lacks {named}: make a new admin key" in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            401,
            envelope(
                "OpenAI-Organization header should match organization for API key",
                "mismatched_organization",
            ),
            "wrong_organization",
            "copy the organization ID",
        ),
        (
            401,
            envelope("Incorrect API key provided: sk-abcde***wxyz.", "invalid_api_key"),
            "invalid_key",
            "paste it again",
        ),
        (401, envelope("Deactivated.", "account_deactivated"), "invalid_key", "make a new"),
        (401, envelope("IP not authorized"), "address_not_allowed", "IP allowlist"),
        (
            403,
            envelope(
                "Country, region, or territory not supported",
                "unsupported_country_region_territory",
            ),
            "unsupported_region",
            "where OpenAI is available",
        ),
        (
            401,
            envelope("You must be a member of an organization to use the API", "no_organization"),
            "not_a_member",
            "belongs to no organization",
        ),
        (429, envelope("Slow", "rate_limit_exceeded"), "rate_limited", "in a minute"),
        (429, envelope("Slow", "slow_down", "rate_limit_error"), "rate_limited", "in a minute"),
        (429, envelope("Quota", "insufficient_quota"), "quota_exhausted", "billing"),
        (429, envelope("Credit", "credit_balance_exhausted"), "quota_exhausted", "billing"),
        (500, envelope("The server had an error", None, "server_error"), "provider_error", "(500)"),
        (503, envelope("Busy", "server_is_overloaded"), "provider_error", "(503)"),
        (404, flat("The project proj_1 was not found"), "not_found", "ends in /v1"),
        (400, flat("Project Optics is archived", 400), "parent_gone", "archived or deleted"),
        (400, flat("Project missing scopes is archived.", 400), "parent_gone", "archived"),
        (403, flat("Project Optics is archived", 403), "refused", "“Project Optics is archived”"),
        (401, b"", "refused", "(401)"),
        (403, b'{"error":{"mess', "refused", "(403)"),
        (418, b"[]", "refused", "(418)"),
        (302, b"", "not_the_provider", "redirect"),
    ],
)
def test_each_refusal_has_its_kind_and_says_what_to_do(status, body, kind, words):
    error = refused(status, body)
    assert error.kind == kind
    assert words in str(error)
    assert error.status == status


@pytest.mark.parametrize(
    "html", [b"<html>nginx</html>", b"\n <!DOCTYPE html><title>", b"<HTML><body>"]
)
@pytest.mark.parametrize(("status", "may_pass"), [(502, True), (504, True), (403, False)])
def test_a_web_page_is_not_the_providers_answer(html, status, may_pass):
    error = refused(status, html)
    assert (error.kind, error.may_pass) == ("not_the_provider", may_pass)
    assert f"status {status}" in str(error)


@pytest.mark.parametrize(
    ("status", "may_pass"),
    [(400, False), (401, False), (403, False), (404, False), (408, True), (409, True), (429, True),
     (500, True), (503, True)],
)  # fmt: skip
def test_only_what_may_pass_is_worth_another_attempt(status, may_pass):
    assert refused(status, b"{}").may_pass is may_pass


def test_a_spent_quota_does_not_pass():
    assert not refused(429, envelope("", "insufficient_quota")).may_pass


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [("7", 7), ("0", 0), ("1.5", 1.5), ("", None), ("soon", None), ("-3", None), ("1e999", None),
     ("9" * 400, None), ("nan", None)],
)  # fmt: skip
def test_retry_after_is_a_number_of_seconds_or_nothing(raw, seconds):
    assert refused(429, b"{}", **{"retry-after": raw}).retry_after == seconds


def test_retry_after_may_be_a_date_and_a_past_one_means_now():
    for minutes, seconds in ((2, 120), (-2, 0)):
        date = format_datetime(clock.now() + timedelta(minutes=minutes), usegmt=True)
        error = refused(429, b"{}", **{"retry-after": date})
        assert error.retry_after == pytest.approx(seconds, abs=2)


def test_the_sentence_tells_how_long_to_wait():
    assert "in 90 seconds" in str(refused(429, b"{}", **{"retry-after": "90"}))
    assert "in 60 minutes" in str(refused(429, b"{}", **{"retry-after": "3600"}))


def test_the_providers_words_are_quoted_without_keys_and_in_one_line():
    said = "No:\n\x1b[31m sk-admin-0123456789abcdef is bad " + "x" * 500
    sentence = str(refused(400, envelope(said)))
    assert "0123456789ab" not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 300


@given(st.integers(300, 599), st.binary(max_size=200) | st.text().map(str.encode))
def test_any_answer_becomes_one_sentence(status, body):
    sentence = str(refused(status, body))
    assert sentence.endswith(".")
    assert sentence.isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.integers(300, 599),
    st.fixed_dictionaries({}, optional={"error": JSON, "message": JSON, "code": JSON}),
)
def test_any_json_becomes_one_sentence(status, body):
    assert str(refused(status, body)).endswith(".")


@pytest.mark.parametrize(
    ("why", "kind", "may_pass"),
    [
        ("unknown_host", "unreachable", True),
        ("tls", "unreachable", False),
        ("refused", "unreachable", True),
        ("timeout", "unreachable", True),
        ("broken", "unreachable", True),
        ("too_large", "unreachable", False),
        ("forbidden", "bad_input", False),
    ],
)
def test_no_answer_keeps_the_sentence_of_the_network(why, kind, may_pass):
    error = errors.unreachable(NotReached(why, "Check the route."))
    assert (error.kind, error.may_pass, str(error)) == (kind, may_pass, "Check the route.")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, envelope("Invalid cursor: 'user-9'.", "invalid_cursor"), "stale_cursor"),
        (400, envelope("The cursor has expired."), "stale_cursor"),
        (404, envelope("'user-9' not found.", "not_found"), "stale_cursor"),
        (404, flat("No such object: user-9"), "stale_cursor"),
        (404, envelope("'user-99' not found."), "not_found"),
        (404, b"", "not_found"),
        (403, envelope("Invalid cursor: 'user-9'.", "invalid_cursor"), "refused"),
    ],
)
def test_a_refusal_of_the_cursor_is_told_by_its_words(status, body, kind):
    assert refused(status, body, cursor="user-9").kind == kind


def test_without_a_cursor_none_is_refused():
    assert refused(400, envelope("Invalid cursor.", "invalid_cursor")).kind == "refused"
