from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.access_requests import queries
from tenure.access_requests.models import CatalogueEntry
from tenure.access_requests.operations.deny_request import deny_request
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.people.operations.add_delegation import add_delegation
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection, make_member, make_project

pytestmark = pytest.mark.django_db


def seen(rows):
    return [str(one) for one in rows]


def test_somebody_sees_their_own_what_they_are_asked_about_and_what_they_oversee(ask, who, approve):
    request = ask()
    for name in ("hugo", "rita", "ada", "mara", "sid"):
        assert seen(queries.requests(actor=who(name))) == ["REQ-1"], name
        assert queries.request_of("req-1", actor=who(name)) == request
    assert seen(queries.requests(actor=who("oscar"))) == []
    with pytest.raises(NotFound):
        queries.request_of(request.ref, actor=who("oscar"))
    assert seen(queries.all_requests(actor=who("rita"))) == []
    assert seen(queries.all_requests(show="waiting", actor=who("sid"))) == ["REQ-1"]
    assert seen(queries.all_requests(show="over", actor=who("sid"))) == []


def test_a_system_owner_of_another_connection_sees_nothing_of_it(ask, halden):
    ask()
    other = make_connection(name="Other")
    sid = actor_of("sid", connection=str(other.ref))
    assert seen(queries.all_requests(actor=sid)) == []
    here = actor_of("sid", connection=str(halden.connection.ref))
    assert seen(queries.all_requests(actor=here)) == ["REQ-1"]


def test_an_auditor_sees_what_was_open_in_their_window(ask, who):
    deny_request(ref=ask().ref, reason="No", actor=who("rita"))
    ask()
    aud = actor_of("aud")
    assert seen(queries.all_requests(actor=aud)) == ["REQ-2", "REQ-1"]
    long_ago = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
    assert seen(queries.all_requests(actor=dataclasses.replace(aud, window=long_ago))) == []
    later = (now() + timedelta(days=1), now() + timedelta(days=2))
    assert seen(queries.all_requests(actor=dataclasses.replace(aud, window=later))) == ["REQ-2"]


def test_the_inbox_has_what_waits_for_somebody_now(ask, who, approve, halden):
    request = ask()
    ask("sid", resource=halden.group.ref, role="")

    def inbox(name):
        return seen(queries.requests_for_me_to_answer(actor=who(name)))

    assert inbox("rita") == ["REQ-1", "REQ-2"]
    assert inbox("sid") == []
    approve(request, "rita")
    assert (inbox("rita"), inbox("sid")) == (["REQ-2"], ["REQ-1"])
    approve(request, "sid")
    assert inbox("sid") == []


def test_whoever_stands_in_finds_it_in_their_inbox_but_never_their_own(ask, who, halden):
    request = ask()
    day = now().date()
    for name in ("hugo", "oscar"):
        delegation = add_delegation(
            person_ref=halden.people["rita"].ref,
            email=f"{name}@halden.example",
            from_day=day,
            until_day=day,
            actor=actor_of("mara"),
        )
        waiting = seen(queries.requests_for_me_to_answer(actor=who(name)))
        assert waiting == ([] if name == "hugo" else ["REQ-1"])
        assert queries.may_answer(request, actor=who(name)) == (name == "oscar")
        delegation.withdrawn_at = now()
        delegation.save()


def offers(actor, **asked):
    page = queries.catalogue(queries.CatalogueAsked(**asked), actor=actor)
    return {offer.title: offer for shelf in page.rows for offer in shelf.offers}


def test_the_catalogue_has_what_is_offered_and_hides_what_gives_access_to_others(who):
    found = offers(who("hugo"))
    assert list(found) == [
        "Reader of the organization OpenAI",
        "Member of the group Everybody",
        "Member of the group ML platform",
        "Member of research",
        "Member of search",
    ]
    assert "directory decides" in found["Member of the group Everybody"].why_not
    assert found["Member of research"].may_be_asked_for
    assert "Owner of research" in offers(who("mara"))
    assert list(offers(who("hugo"), kind="group", search="ml")) == [
        "Member of the group ML platform"
    ]


def test_the_catalogue_says_what_somebody_has_or_asked_for(ask, who, halden):
    ask()
    page = queries.catalogue(actor=who("hugo"), of=halden.people["hugo"])
    said = {one.title: one.why_not for shelf in page.rows for one in shelf.offers}
    assert "has a request for this already: REQ-1" in said["Member of research"]
    assert "has this already" in said["Reader of the organization OpenAI"]
    assert said["Member of search"] == ""


def test_an_entry_says_otherwise(who, halden, listed):
    listed(halden.research, "owner", title="Lead of research", departments=["research"])
    entry = listed(halden.search, "member")
    CatalogueEntry.objects.filter(pk=entry.pk).update(listing="hidden", why_hidden="Retired")
    page = queries.catalogue(actor=who("hugo"), of=halden.people["hugo"])
    hugo = [one.title for shelf in page.rows for one in shelf.offers]
    assert "Lead of research" in hugo
    assert "Member of search" not in hugo
    page = queries.catalogue(actor=who("oscar"), of=halden.people["oscar"])
    assert "Lead of research" not in [one.title for shelf in page.rows for one in shelf.offers]


def test_the_catalogue_asks_no_more_of_many_than_of_few(who, halden):
    def questions():
        with CaptureQueriesContext(database) as asked:
            queries.catalogue(actor=who("hugo"), of=halden.people["hugo"])
        return len(asked)

    before = questions()
    for _ in range(20):
        make_member(make_project(halden.connection), halden.accounts["hugo"])
    assert questions() == before <= 9


def test_a_preview_says_who_would_be_asked(who, halden, listed):
    listed(halden.research, "owner")
    seen = queries.preview(
        halden.research.ref, "owner", person=halden.people["hugo"], days=30, actor=who("hugo")
    )
    assert seen.in_words == (
        "For Hugo Castell asking Owner of research for 30 days: step 1 the manager Rita Novak, "
        "step 2 the system owner Sid Brandt."
    )
