from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory.matching import (
    BEFORE_START,
    Ignored,
    names_of_account,
    names_of_person,
    plain_email,
    propose,
)

START = datetime(2026, 3, 2, tzinfo=UTC)
STRONG = ("exact_email", "other_email", "plain_email", "external_id")


def judged(*, method="exact_email", seen=START, begins=START, anothers=False, others=False):
    return propose(
        method=method,
        account_seen_at=seen,
        person_begins_at=begins,
        was_anothers=anothers,
        others_match=others,
    )


@pytest.mark.parametrize("method", STRONG)
def test_an_account_seen_in_time_links_itself_by_the_method_it_matched(method):
    proposal = judged(method=method)
    assert (proposal.method, proposal.links_itself, proposal.confidence) == (method, True, "high")
    assert proposal.reason == ""


@pytest.mark.parametrize(
    ("others", "anothers", "in_time", "links"),
    [
        (True, True, True, False),
        (True, False, True, False),
        (False, True, True, False),
        (False, True, False, False),
        (False, False, False, False),
        (False, False, True, True),
    ],
)
@pytest.mark.parametrize("method", STRONG)
def test_the_truth_table(method, others, anothers, in_time, links):
    seen = START - timedelta(days=30 if in_time else 31)
    proposal = judged(method=method, seen=seen, anothers=anothers, others=others)
    assert proposal.links_itself is links
    assert proposal.confidence == ("high" if links else "medium")
    assert bool(proposal.reason) is not links


@pytest.mark.parametrize("others", [True, False])
@pytest.mark.parametrize("anothers", [True, False])
def test_a_similar_name_only_suggests(others, anothers):
    proposal = judged(method="similar_name", others=others, anothers=anothers)
    assert (proposal.links_itself, proposal.confidence) == (False, "low")


def test_the_reason_says_how_much_older_the_account_is():
    assert "400 days older" in judged(seen=START - timedelta(days=400)).reason


def test_without_a_known_start_nothing_is_too_old():
    assert judged(begins=None, seen=START - timedelta(days=4000)).links_itself


@given(st.integers(-2000, 2000), st.sampled_from(STRONG), st.booleans(), st.booleans())
def test_it_links_itself_only_in_time_alone_and_never_anothers(days, method, anothers, others):
    seen = START + timedelta(days=days)
    proposal = judged(method=method, seen=seen, anothers=anothers, others=others)
    in_time = seen >= START - BEFORE_START
    assert proposal.links_itself is (in_time and not anothers and not others)


@pytest.mark.parametrize(
    ("ignored", "plain"),
    [
        (Ignored(tags=True, dots=False), "a.b@d.example"),
        (Ignored(tags=False, dots=True), "ab+c@d.example"),
        (Ignored(tags=True, dots=True), "ab@d.example"),
    ],
)
def test_only_what_a_domain_ignores_is_left_out(ignored, plain):
    assert plain_email("a.b+c@d.example", {"d.example": ignored}) == plain
    assert plain_email("a.b+c@other.example", {"d.example": ignored}) == ""


@pytest.mark.parametrize("address", ["", "nobody", "+c@d.example", "...@d.example", "@d.example"])
def test_an_address_with_nothing_left_of_it_matches_nobody(address):
    assert plain_email(address, {"d.example": Ignored(tags=True, dots=True)}) == ""


@pytest.mark.parametrize(
    ("person", "name", "address"),
    [
        ("Tomasz Zieliński", "Tomasz Zielinski", ""),
        ("Mei Tanaka", "TANAKA, Mei", ""),
        ("Jonas Peter Weber", "Jonas Weber", ""),
        ("Jonas Weber", "", "jonas.weber@mail.example"),
        ("Jonas Weber", "", "weber_jonas+x@mail.example"),
        ("Jonas Weber", "", "jweber@mail.example"),
        ("Jonas Weber", "", "j.weber@mail.example"),
        ("Jonas Weber", "", "jonasweber@mail.example"),
        ("Søren Ærø", "Soren Aero", ""),
    ],
)
def test_names_are_found_however_they_are_written(person, name, address):
    assert names_of_person(person) & names_of_account(name, address)


@pytest.mark.parametrize(
    ("person", "name", "address"),
    [
        ("Jonas Weber", "Jonas", "jonas@mail.example"),
        ("Jonas Weber", "Julia Weber", "julia.weber@mail.example"),
        ("Mei", "Mei", "mei@mail.example"),
        ("", "", ""),
        ("Bo Li", "", "bli@mail.example"),
        ("Jonas Weber", "J W", "weber@mail.example"),
    ],
)
def test_half_a_name_is_no_name(person, name, address):
    assert not names_of_person(person) & names_of_account(name, address)
