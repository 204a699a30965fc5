"""The audit log as the connector tells it: what each event says, and of a log that says nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tenure.connectors.base import CollectionEnd, Page
from tenure.connectors.facts import EventFact
from tenure.connectors.openai import addresses
from tenure.connectors.openai.events import Event, event, within
from tenure.lib.clock import now
from tenure.lib.tests.recording import Answer

AT = 1_770_616_227


@pytest.fixture
def told(connect):
    """Facts and end of what is told of the last hour."""

    def tell(simulator=None, *, hours=1.0, **options):
        connector = connect(simulator, **options)
        until = now() + timedelta(seconds=1)
        *pages, end = connector.events(since=until - timedelta(hours=hours), until=until)
        assert isinstance(end, CollectionEnd)
        assert all(isinstance(page, Page) for page in pages)
        return [fact for page in pages for fact in page.facts], end

    return tell


def fact(kind: str, detail: object = None, **fields: object) -> EventFact:
    record = {"id": "audit_log-1", "type": kind, "effective_at": AT, **fields}
    record |= {} if detail is None else {kind: detail}
    known = {name: record[name] for name in Event.__struct_fields__ if name in record}
    return event(Event(**known), json.dumps(record).encode())


def test_who_did_what_is_told_newest_first(simulator, told):
    mei = simulator.add_user("mei@halden.example")
    simulator.change_user("mei@halden.example", role="owner")
    facts, end = told(simulator)
    assert (end.state, end.reason) == ("complete", "")
    owner = simulator.users()[0]
    assert {(one.actor_kind, one.actor_id, one.actor_email) for one in facts} == {
        ("session", owner["id"], owner["email"])
    }
    raised = next(one for one in facts if one.type == "user.updated")
    assert (raised.about, raised.verb, raised.subject_id) == ("account", "changed", mei["id"])
    assert raised.changes == {"role": "owner"}
    assert [one.at for one in facts] == sorted((one.at for one in facts), reverse=True)
    assert {one.type for one in facts} >= {"user.added", "role.assignment.created"}


def test_many_pages_are_one_log(simulator, told):
    for number in range(230):
        simulator.add_event("logout.succeeded", detail={"n": number})
    facts, end = told(simulator)
    assert (len(facts), end.state) == (230, "complete")
    assert len({one.external_id for one in facts}) == 230


def test_only_the_time_asked_for_is_told(simulator, connect):
    simulator.add_event("login.failed", at="-2h")
    simulator.add_event("login.failed", at="-20m")
    page, end = connect(simulator).events(
        since=now() - timedelta(hours=1), until=now() + timedelta(seconds=1)
    )
    assert ([one.type for one in page.facts], end.state) == (["login.failed"], "complete")


@pytest.mark.parametrize(
    ("switch", "state", "kind"),
    [("empty", "complete", None), ("403", "incomplete", "refused"),
     ("404", "unavailable", "not_found")],
)  # fmt: skip
def test_a_log_that_is_off_says_so_in_its_own_way(simulator, told, switch, state, kind):
    simulator.add_user("mei@halden.example")
    simulator.faults(audit_log=switch)
    facts, end = told(simulator)
    assert (facts, end.state, end.kind) == ([], state, kind)


def test_what_cannot_be_read_is_counted_and_the_rest_is_told(raw, connect):
    records = [
        {"id": "audit_log-1", "type": "login.succeeded", "effective_at": AT},
        {"id": "audit_log-2", "type": "login.succeeded"},
        {"type": "login.succeeded", "effective_at": AT},
        {"id": "audit_log-3", "type": "login.succeeded", "effective_at": 1e20},
        "nothing",
    ]
    answer = Answer(body=json.dumps({"data": records, "has_more": False}).encode())
    raw.answer = lambda _: answer
    at = datetime.fromtimestamp(AT, UTC)
    page, end = connect(base_url=raw.url).events(since=at, until=at)
    assert [one.external_id for one in page.facts] == ["audit_log-1"]
    assert (page.received, page.unreadable, end.state) == (5, 4, "complete")


def test_the_time_is_written_as_the_sdk_writes_it():
    at = datetime.fromtimestamp(AT, UTC)
    listing = within(at, at + timedelta(minutes=1))
    asked = addresses.address(listing.endpoint, limit=100, **listing.parameters)
    with pytest.raises(addresses._Kept) as kept:
        listing.endpoint(addresses._organization())(limit=100, **listing.parameters)
    theirs = kept.value.asking.path
    assert sorted(asked.split("?")[1].split("&")) == sorted(theirs.split("?")[1].split("&"))


def test_a_key_acts_for_its_owner():
    ada = {"id": "user-1", "email": "ada@halden.example"}
    actor = {"type": "api_key", "api_key": {"id": "key_1", "type": "user", "user": ada}}
    one = fact("api_key.created", {"id": "key_2", "data": {"scopes": ["all"]}}, actor=actor)
    assert (one.actor_kind, one.actor_id, one.key_id) == ("api_key", "user-1", "key_1")
    assert (one.about, one.verb, one.subject_id) == ("credential", "added", "key_2")
    machine = {"type": "api_key", "api_key": {"id": "key_1", "service_account": {"id": "svc-1"}}}
    assert fact("user.added", {"id": "user-2"}, actor=machine).actor_id == "svc-1"


@pytest.mark.parametrize("actor", [None, {}, "ada", {"type": "session"}, {"type": 7, "session": 7},
                                   {"type": "session", "session": {"user": None}}])  # fmt: skip
def test_nobody_is_named_where_the_log_names_nobody(actor):
    one = fact("user.deleted", {"id": "user-1"}, actor=actor)
    assert (one.actor_id, one.actor_email, one.key_id) == (None, None, None)
    assert (one.about, one.verb, one.subject_id) == ("account", "removed", "user-1")


@pytest.mark.parametrize(
    ("role_id", "word", "changes"),
    [
        ("role-api-organization-owner__api-organization__org-1", "owner", {"role": "owner"}),
        ("role-api-project-member", "member", {}),
        ("role-api-project-viewer__api-project__proj_1", "viewer", {}),
        ("role_01J", "role_01J", {}),
    ],
)
def test_a_predefined_role_is_called_as_in_the_lists(role_id, word, changes):
    detail = {"id": role_id, "principal_id": "user-1", "principal_type": "user",
              "resource_id": "proj_1", "resource_type": "api.project"}  # fmt: skip
    one = fact("role.assignment.created", detail)
    assert (one.about, one.verb, one.subject_id, one.changes) == ("grant", "added", word, changes)
    assert (one.principal_kind, one.principal_id) == ("account", "user-1")
    assert (one.resource_kind, one.resource_id) == ("project", "proj_1")


def test_what_nobody_has_heard_of_keeps_its_record():
    one = fact("weather.changed", {"id": "w-1", "data": {"rain": True, "role": "wet"}})
    assert (one.type, one.about, one.verb, one.subject_id) == ("weather.changed", "", "", "w-1")
    assert json.loads(one.raw)["weather.changed"]["data"]["rain"] is True
    assert fact("user.added", ["odd"]).subject_id == ""


def test_changes_are_words_and_a_title_is_a_name():
    renamed = fact("project.updated", {"id": "p", "changes_requested": {"title": "Search"}})
    assert renamed.changes == {"name": "Search"}
    assert fact("project.archived", {"id": "p"}).changes == {"archived": "yes"}
    assert fact("invite.accepted", {"id": "i"}).changes == {"status": "accepted"}
