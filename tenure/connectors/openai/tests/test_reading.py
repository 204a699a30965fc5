"""What the reading of a list says of its own end, anomaly by anomaly."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tenure.connectors.openai import reading
from tenure.connectors.openai.tests.conftest import QUICK, answer, body
from tenure.lib.tests.recording import Answer


def after(request):
    return parse_qs(urlsplit(request.path).query).get("after", [None])[0]


def pages(raw, table):
    """Answers by the cursor asked for; the last entry of a list repeats."""
    raw.answer = lambda sent: table[after(sent)]


def test_every_user_comes_once_in_order_and_the_list_is_complete(simulator, connect, read):
    users = read(connect(simulator))
    assert users.end.state == "complete"
    assert users.end.reason == ""
    assert sorted(users.ids) == sorted(user["id"] for user in simulator.users())
    assert [page.received for page in users.pages] == [100, 100, 50]
    assert [page.cursor is None for page in users.pages] == [False, False, True]
    assert all(page.request_id.startswith("req_") for page in users.pages)
    assert users.remarks == []


def test_invites_are_read_too(simulator, connect, read):
    invites = read(connect(simulator), "invites")
    assert (invites.end.state, len(invites.ids)) == ("complete", 3)
    assert {fact.status for fact in invites.facts} == {"pending"}


def test_an_empty_list_is_complete_and_says_that_it_was_empty(simulator, connect, read):
    simulator.faults(users_empty="on")
    users = read(connect(simulator))
    assert (users.end.state, [page.received for page in users.pages]) == ("complete", [0])


# fault -> state, words of the reason, how many users were read (None: depends on the seed)
ANOMALIES = [
    ("page_null_cursor=on@users#2", ("incomplete", "not where it begins", 200)),
    ("page_repeated_cursor=on@users#2", ("incomplete", "page already read", 200)),
    ("page_no_has_more=on@users#2", ("incomplete", "did not say whether there is more", 200)),
    ("page_no_data=on@users#2", ("incomplete", "could not be read", 100)),
    ("page_empty_more=on@users#2", ("complete", "", 250)),
    ("page_short=on@users#2", ("complete", "", 250)),
    ("page_wrong_last_id=on@users#2", ("complete", "", 250)),
    ("page_inserted=on@users#2", ("complete", "", None)),
    ("page_deleted=on@users#2", ("complete", "", None)),
    ("missing_id=0.1@users", ("incomplete", "could not be read", None)),
    ("email_null=on", ("complete", "", 250)),
    ("name_null=on", ("complete", "", 250)),
    ("role_null=on", ("complete", "", 250)),
    ("unknown_role=on", ("complete", "", 250)),
    ("extra_fields=on", ("complete", "", 250)),
    ("missing_fields=on", ("complete", "", 250)),
    ("broken_body=truncated@users#2x9", ("incomplete", "could not be read", 100)),
    ("broken_body=empty@users#2x9", ("incomplete", "could not be read", 100)),
    ("broken_body=html@users#2x9", ("incomplete", "A web page came back", 100)),
    ("overloaded=on@users#2x9", ("incomplete", "fault of its own (503)", 100)),
    ("server_error=on@users#2x9", ("incomplete", "fault of its own (500)", 100)),
    ("reset=on@users#2x9", ("incomplete", "broke off", 100)),
    ("rate_limited=insufficient_quota@users#2", ("incomplete", "credit or quota", 100)),
    ("rate_limited=absurd@users#2", ("incomplete", "too many requests", 100)),
    ("missing_scope=users", ("unavailable", "lacks api.management.read", 0)),
]


@pytest.mark.parametrize(("fault", "expected"), ANOMALIES, ids=[fault for fault, _ in ANOMALIES])
def test_the_end_tells_what_happened(fault, expected, simulator, connect, read):
    state, words, count = expected
    name, _, value = fault.partition("=")
    simulator.faults(**{name: value})
    users = read(connect(simulator))
    assert users.end.state == state
    assert words in users.end.reason
    assert (users.end.reason == "") == (state == "complete")
    if count is not None:
        assert len(users.ids) == len(set(users.ids)) == count


@pytest.mark.parametrize(
    "fault",
    [
        "broken_body=truncated@users#2",
        "broken_body=empty@users#2",
        "broken_body=html@users#2",
        "overloaded=on@users#2x2",
        "server_error=on@users#2",
        "reset=on@users#2",
    ],
)
def test_a_failure_that_passes_leaves_no_trace(fault, simulator, connect, read):
    name, _, value = fault.partition("=")
    simulator.faults(**{name: value})
    users = read(connect(simulator))
    assert (users.end.state, len(users.ids)) == ("complete", 250)


def test_a_record_sent_twice_is_handed_over_twice_and_noted(simulator, connect, read):
    simulator.faults(page_duplicate="on@users#2")
    users = read(connect(simulator))
    assert users.end.state == "complete"
    assert len(users.ids) - len(set(users.ids)) == 1
    assert users.remarks == ["1 record came twice."]


def test_an_empty_page_with_a_cursor_is_followed_and_noted(simulator, connect, read):
    simulator.faults(page_empty_more="on@users#2")
    assert read(connect(simulator)).remarks == [
        "An empty page said that there is more; reading went on."
    ]


def test_short_pages_are_noted_once(simulator, connect, read):
    simulator.faults(page_short="on")
    users = read(connect(simulator))
    assert (users.end.state, len(users.ids)) == ("complete", 250)
    assert users.remarks == ["A page of 50 said that there is more; reading went on."]


def test_records_that_cannot_be_read_are_counted_and_the_rest_is_kept(simulator, connect, read):
    simulator.faults(missing_id="0.1@users")
    users = read(connect(simulator))
    lost = sum(page.received for page in users.pages) - len(users.ids)
    assert 0 < lost < 100
    assert users.end.reason.startswith(f"{lost} records could not be read: ")
    assert "`id`" in users.end.reason
    assert users.end.kind == "unreadable"


@pytest.mark.parametrize(
    "record",
    [
        '{"id":""}',
        '{"id":null}',
        '{"id":7}',
        '{"id":"u","role":{}}',
        '{"id":"u","added_at":9e99}',
        "3",
    ],
)
def test_what_is_not_a_user_makes_the_list_incomplete(record, raw, connect, read):
    raw.answer = lambda _: Answer(body=b'{"data":[%s],"has_more":false}' % record.encode())
    users = read(connect(base_url=raw.url))
    assert (users.end.state, users.ids) == ("incomplete", [])
    assert users.end.reason.startswith("1 record could not be read: ")


def test_the_record_is_kept_as_it_came(raw, connect, read):
    record = '{ "id":"user-1" , "émail": "é","x":[1,{"y":null}]}'.encode()
    raw.answer = lambda _: Answer(body=b'{"has_more":false,"data":[%s]}' % record)
    assert read(connect(base_url=raw.url)).facts[0].raw == record


def test_cursors_that_run_in_a_circle_end_the_list(raw, connect, read):
    pages(
        raw,
        {
            None: answer("user-1", has_more=True, last_id="a"),
            "a": answer("user-2", has_more=True, last_id="b"),
            "b": answer("user-3", has_more=True, last_id="a"),
        },
    )
    users = read(connect(base_url=raw.url))
    assert (users.end.state, len(raw.sent)) == ("incomplete", 3)
    assert "page already read" in users.end.reason


def test_a_place_the_provider_forgot_leaves_the_list_incomplete(simulator, connect, read):
    for status in ("400", "404"):
        simulator.reset()
        simulator.faults(page_deleted="on@users#2", cursor_gone=status)
        users = read(connect(simulator))
        assert (users.end.state, len(users.ids)) == ("incomplete", 100)


def test_a_list_that_is_not_there_is_unavailable(raw, connect, read):
    raw.answer = lambda _: Answer(404, b'{"code":404,"message":"Unknown"}')
    end = read(connect(base_url=raw.url)).end
    assert (end.state, end.kind, len(raw.sent)) == ("unavailable", "not_found", 1)


@pytest.mark.parametrize("status", ["401", "403"])
def test_a_missing_scope_is_one_whatever_its_status_and_is_not_asked_for_again(
    status, simulator, connect, read
):
    simulator.faults(missing_scope="users", missing_scope_status=status)
    end = read(connect(simulator)).end
    assert (end.state, end.kind) == ("unavailable", "missing_scope")
    assert len(simulator.requests()) == 1


def test_a_revoked_key_leaves_the_list_incomplete_and_says_why(simulator, connect, read):
    simulator.faults(revoked="admin")
    end = read(connect(simulator)).end
    assert (end.state, end.kind) == ("incomplete", "invalid_key")


def test_a_list_without_an_end_is_cut(raw, connect, read, monkeypatch):
    monkeypatch.setattr(reading, "MOST_PAGES", 4)
    raw.answer = lambda _: answer("user-1", has_more=True, last_id=f"cursor-{len(raw.sent)}")
    users = read(connect(base_url=raw.url))
    assert (users.end.state, len(users.pages)) == ("incomplete", 4)
    assert "after 4 pages" in users.end.reason


def test_an_error_is_tried_so_often_and_no_more(raw, connect, read):
    raw.answer = lambda _: Answer(500, b"{}")
    end = read(connect(base_url=raw.url)).end
    assert (end.state, end.kind, len(raw.sent)) == ("incomplete", "provider_error", QUICK.attempts)


def test_a_page_that_is_not_utf8_is_not_understood(raw, connect, read):
    raw.answer = lambda _: Answer(body=body("user-1", has_more=False)[:-3] + b"\xff")
    end = read(connect(base_url=raw.url)).end
    assert (end.state, end.kind) == ("incomplete", "unreadable")
