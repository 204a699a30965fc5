"""What is said of a change against what was done, under whatever goes wrong."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.connectors.base import ProviderError
from tenure.connectors.changing import Change, ChangeFailed, Target
from tenure.connectors.openai.patience import Patience
from tenure.connectors.openai.tests.things import KINDS, Things, failed, remove
from tenure.lib.tests.recording import Answer
from tenure.testing.lengths import length

HURRIED = Patience(silence=0.3, answer=0.3)
USER = Target(kind="member", id="user-1")
DONE = {"object": "organization.user.deleted", "id": "user-1", "deleted": True}

FAULTS = st.fixed_dictionaries(
    {},
    optional={
        "commit_then": st.sampled_from(["500", "503", "timeout", "reset"]),
        "broken_body": st.sampled_from(["html", "html_200", "empty", "truncated"]),
        "error_body": st.sampled_from(["flat", "string", "html", "empty", "truncated"]),
        "rate_limited": st.sampled_from(
            ["plain", "retry_after", "absurd", "insufficient_quota", "slow_down"]
        ),
        "missing_scope_status": st.just("401"),
        "organization_header": st.sampled_from(["id", "other", "absent"]),
        "repeat_delete": st.sampled_from(["200", "400"]),
        "last_owner": st.sampled_from(["403", "409", "allow"]),
        "slow_drip": st.sampled_from(["0.02", "4"]),
        **dict.fromkeys(
            [
                *("reset", "timeout", "overloaded", "server_error", "conflict", "bad_request"),
                *("not_found", "false_401", "organization_mismatch"),
            ],
            st.just("on"),
        ),
    },
)


@settings(
    max_examples=length(25, 400),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    kind=st.sampled_from(KINDS),
    action=st.sampled_from(["remove", "remove", "remove again", "add"]),
    faults=FAULTS,
)
def test_what_is_said_is_never_less_than_what_was_done(
    kind, action, faults, one_organization, connect
):
    one_organization.reset()
    target = Things(one_organization).targets[kind]
    connector = connect(one_organization, patience=HURRIED)
    action, _, again = action.partition(" ")
    if again:
        connector.change(remove(target))
    one_organization.forget_requests()
    one_organization.faults(**faults)
    before = everything(one_organization)
    said = told(connector, Change(action=action, target=target, role="member"))
    one_organization.clear_faults()
    changes = one_organization.changes()
    assert len(one_organization.requests()) == len(changes) == (said != "not_sent")
    did = changes[0]["request"]["outcome"] if changes else "nothing"
    if did.startswith("committed"):
        assert said in ("accepted", "unknown")
    else:
        assert everything(one_organization) == before
    if said == "accepted":
        assert did in ("committed", "nothing")


def told(connector, change):
    try:
        connector.change(change)
    except ChangeFailed as failure:
        return failure.outcome
    return "accepted"


def everything(simulator):
    """What can be changed, as the organization has it."""
    projects = simulator.projects()
    return (
        [user["id"] for user in simulator.users()],
        [(p["id"], p["members"]) for p in projects],
        [[key["id"] for key in simulator.project_keys(p["id"])] for p in projects],
        [[one["id"] for one in simulator.service_accounts(p["id"])] for p in projects],
        [group["members"] for group in simulator.groups()],
        [key["id"] for key in simulator.admin_keys()],
        [invite["id"] for invite in simulator.invites()],
    )


@settings(
    max_examples=length(60, 2_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    status=st.integers(200, 599),
    body=st.one_of(
        st.binary(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["id", "deleted", "error", "message", "code", "user_id"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=6,
        ).map(lambda said: json.dumps(said).encode()),
    ),
    html=st.booleans(),
)
def test_whatever_comes_is_one_of_the_outcomes(status, body, html, raw, connect):
    headers = {"content-type": "text/html" if html else "application/json"}
    raw.sent.clear()
    raw.answer = lambda _: Answer(status, body, headers)
    connector = connect(base_url=raw.url)
    said = told(connector, remove(USER))
    assert len(raw.sent) == 1
    if said == "accepted":
        assert status < 300
        assert not html
        assert json.loads(body)["deleted"] is True
    if said == "refused":
        assert status // 100 == 4 or json.loads(body)["deleted"] is False
    assert said != "not_sent"
    try:
        seen = connector.look(USER)
    except ProviderError:
        return
    assert seen.is_there == (status < 300)
    assert not seen.is_there or json.loads(body)["id"] == "user-1"


@pytest.mark.parametrize(
    ("answer", "outcome", "kind"),
    [
        (Answer(body=json.dumps({**DONE, "deleted": False}).encode()), "refused", "refused"),
        (Answer(body=json.dumps({**DONE, "id": "user-2"}).encode()), "unknown", "unreadable"),
        (Answer(body=b'{"object":"organization.user.deleted"}'), "unknown", "unreadable"),
        (Answer(204, b""), "unknown", "unreadable"),
        (Answer(200, b"{}", {"content-type": "text/html"}), "unknown", "not_the_provider"),
        (Answer(302, b"", {"location": "/login"}), "unknown", "not_the_provider"),
        (Answer(403, b"<html>No</html>", {"content-type": "text/html"}), "unknown",
         "not_the_provider"),
        (Answer(408, b"{}"), "unknown", "refused"),
        (Answer(409, b"{}"), "refused", "refused"),
        (Answer(429, b"{}", {"retry-after": "7"}), "refused", "rate_limited"),
        (Answer(500, b"{}"), "unknown", "provider_error"),
        (Answer(504, b""), "unknown", "provider_error"),
        (Answer(200, b"{", {"content-length": "100"}), "unknown", "unreachable"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_who_gave_it_and_what_it_proves(answer, outcome, kind, raw, connect):
    raw.answer = lambda _: answer
    failure = failed(connect(base_url=raw.url), remove(USER))
    assert (failure.outcome, failure.kind) == (outcome, kind)
    assert len(raw.sent) == 1


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_that_says_so_is_accepted(status, raw, connect):
    raw.answer = lambda _: Answer(status, json.dumps(DONE).encode())
    assert connect(base_url=raw.url).change(remove(USER)).status == status


def test_what_met_nobody_was_not_sent(connect):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        connector = connect(base_url=f"http://127.0.0.1:{held.getsockname()[1]}/v1")
        failure = failed(connector, remove(USER))
    assert (failure.outcome, failure.kind, failure.may_pass) == ("not_sent", "unreachable", True)
    elsewhere = failed(connect(base_url="http://127.0.0.2/v1"), remove(USER))
    assert (elsewhere.outcome, elsewhere.kind) == ("not_sent", "bad_input")


def test_speaking_tls_to_something_else_sends_nothing(raw, connect):
    url = raw.url.replace("http:", "https:")
    assert failed(connect(base_url=url), remove(USER)).outcome == "not_sent"
    assert raw.sent == []
