from __future__ import annotations

import pytest

from tenure.access_requests import queries
from tenure.access_requests.operations.deny_request import deny_request
from tenure.lib.errors import NotFound
from tenure.testing.factories import give_group, make_member, put_in_group

pytestmark = pytest.mark.django_db


def test_whoever_approves_sees_what_there_is_already_and_who_else_has_it(ask, who, halden, approve):
    approve(ask("sid", resource=halden.group.ref, role=""), "rita")
    give_group(halden.group, halden.research, "viewer")
    put_in_group(halden.group, halden.accounts["hugo"])
    make_member(halden.search, halden.accounts["hugo"])
    shown = queries.context_of(ask(), actor=who("rita"))
    assert [(one.title, one.via) for one in shown.here] == [("Viewer of research", "ML platform")]
    assert {one.title for one in shown.elsewhere} == {
        "Member of search",
        "Member of the group ML platform",
        "Reader of the organization OpenAI",
    }
    assert shown.peers_in_words == "1 of 1 other in Research has it: Priya Raman"
    assert not shown.needs_account
    assert shown.adds_in_words.startswith("May work in the project")
    theirs = ask(resource=halden.group.ref, role="", person="priya@halden.example")
    with pytest.raises(NotFound):
        queries.context_of(theirs, actor=who("oscar"))


def test_somebody_without_an_account_would_get_one(ask, who, approve, halden):
    denied = deny_request(ref=ask().ref, reason="No", actor=who("rita"))
    shown = queries.context_of(ask("mara"), actor=who("sid"))
    assert shown.needs_account
    assert shown.earlier == [denied]
    assert shown.adds_in_words.startswith("A new account")
