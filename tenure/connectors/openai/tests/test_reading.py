"""What is read of a list, and what is said of its end, where the contract's suite does not look."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import openai
import pytest
from msgspec import structs

from tenure.connectors.base import Place
from tenure.connectors.openai import reading
from tenure.connectors.openai.tests.conftest import QUICK, answer, body
from tenure.lib.tests.recording import Answer


def after(request):
    return parse_qs(urlsplit(request.path).query).get("after", [None])[0]


def archive(simulator, project_id):
    """As an owner does it, in the provider's console."""
    api = openai.OpenAI(admin_api_key=simulator.admin_key, base_url=simulator.url)
    with api:
        api.admin.organization.projects.archive(project_id)


def pages(raw, table):
    """Answers by the cursor asked for; the last entry of a list repeats."""
    raw.answer = lambda sent: table[after(sent)]


def test_every_user_comes_once_in_order_and_the_list_is_complete(simulator, connect, read):
    users = read(connect(simulator))
    assert users.end.state == "complete"
    assert users.end.reason == ""
    assert sorted(users.ids) == sorted(user["id"] for user in simulator.users())
    assert [page.received for page in users.pages] == [100, 100, 50]
    assert [page.is_last for page in users.pages] == [False, False, True]
    first, second, last = (page.place for page in users.pages)
    assert (first.visited, second.visited, last) == ((), (first.cursor,), Place())
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
    received = sum(page.received for page in users.pages)
    assert users.end.reason == (
        f"{lost} of {received} records could not be read: the last of them has no id, so nobody can"
        " tell whose it is."
    )
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
    assert users.end.reason.startswith("1 of 1 record could not be read: it ")


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
        assert users.end.kind == "refused"


@pytest.mark.parametrize("status", ["400", "404"])
def test_a_place_forgotten_during_a_pause_says_begin_again(status, simulator, connect, read):
    place = read(connect(simulator)).pages[0].place
    simulator.remove_user(place.cursor)
    simulator.faults(cursor_gone=status)
    users = read(connect(simulator), resume=place)
    assert (users.end.state, users.end.kind, users.ids) == ("incomplete", "stale_cursor", [])
    assert "from its beginning" in users.end.reason
    again = read(connect(simulator), resume=structs.replace(place, attempt=1))
    assert (again.end.state, again.end.kind) == ("incomplete", "refused")


def test_another_refusal_after_a_pause_is_no_stale_place(raw, connect, read):
    raw.answer = lambda _: Answer(400, b'{"error":{"message":"No.","code":"invalid_value"}}')
    end = read(connect(base_url=raw.url), resume=Place(cursor="user-1")).end
    assert (end.state, end.kind) == ("incomplete", "refused")


def test_projects_are_read_with_the_archived_ones(simulator, connect, read):
    active, archived, _ = read(connect(simulator), "projects").facts
    archive(simulator, archived.external_id)
    projects = read(connect(simulator), "projects")
    assert projects.end.state == "complete"
    by_id = {fact.external_id: fact for fact in projects.facts}
    assert len(by_id) == 3
    assert by_id[active.external_id].archived_at is None
    assert by_id[archived.external_id].archived_at is not None
    assert by_id[archived.external_id].name == archived.name


def test_members_are_grants_of_their_project(simulator, connect, read):
    connector = connect(simulator)
    project = read(connector, "projects").ids[0]
    members = read(connector, "project_users", project)
    users = set(read(connector).ids)
    assert (members.end.state, len(members.ids)) == ("complete", 5)
    assert {fact.resource_id for fact in members.facts} == {project}
    assert {fact.principal_id for fact in members.facts} <= users
    assert {fact.entitlement_id for fact in members.facts} <= {"owner", "member", "viewer"}


def test_members_of_an_archived_project_are_skipped(simulator, connect, read):
    project = read(connect(simulator), "projects").ids[0]
    archive(simulator, project)
    end = read(connect(simulator), "project_users", project).end
    assert (end.state, end.kind) == ("skipped", "parent_gone")
    assert end.reason.endswith("there is no list to read.")


def test_members_of_an_unknown_project_are_skipped(simulator, connect, read):
    end = read(connect(simulator), "project_users", "proj_unknown").end
    assert (end.state, end.kind) == ("skipped", "parent_gone")


def test_a_project_that_goes_while_its_members_are_read_leaves_them_incomplete(raw, connect, read):
    first = answer("user-1", has_more=True, last_id="user-1")
    for gone in (
        Answer(404, b'{"error":{"message":"No such project."}}'),
        Answer(400, b'{"error":{"message":"Project missing scopes is archived"}}'),
    ):
        pages(raw, {None: first, "user-1": gone})
        members = read(connect(base_url=raw.url), "project_users", "proj_1")
        assert (members.end.state, members.ids) == ("incomplete", ["user-1"])


def test_any_other_refusal_of_a_childs_list_leaves_it_incomplete(raw, connect, read):
    raw.answer = lambda _: Answer(400, b'{"error":{"message":"Invalid project."}}')
    end = read(connect(base_url=raw.url), "project_users", "proj_1").end
    assert (end.state, end.kind) == ("incomplete", "refused")


def test_what_is_recognized_is_counted_and_not_decoded(simulator, connect, read):
    everyone = read(connect(simulator)).facts
    known = {fact.raw for fact in everyone[:180]}
    users = read(connect(simulator), recognizes=known.__contains__)
    assert users.end.state == "complete"
    assert [page.recognized for page in users.pages] == [100, 80, 0]
    assert [page.received for page in users.pages] == [100, 100, 50]
    assert users.facts == everyone[180:]


def test_what_is_recognized_may_be_unreadable(raw, connect, read):
    raw.answer = lambda _: Answer(body=b'{"data":[3,4],"has_more":false}')
    users = read(connect(base_url=raw.url), recognizes=lambda record: record == b"3")
    (page,) = users.pages
    assert (page.received, page.recognized, page.unreadable) == (2, 1, 1)


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
