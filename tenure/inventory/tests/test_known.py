"""Recognizing records: what is the same, what was seen, what is missing."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory.known import Known, fingerprints

SALT = os.urandom(16)


def known_of(*raws: bytes) -> Known:
    known, fingerprint = Known(), fingerprints(SALT)
    for value, row_id in sorted((fingerprint(raw), n) for n, raw in enumerate(raws, start=1)):
        known.add(value, row_id)
    return known


@given(st.lists(st.binary(min_size=1), unique=True), st.lists(st.binary(min_size=1)))
def test_it_finds_exactly_what_it_knows_and_misses_what_was_not_seen(here, coming):
    known, fingerprint = known_of(*here), fingerprints(SALT)
    for page, raw in enumerate(coming, start=1):
        at = known.find(fingerprint(raw))
        assert (at is not None) == (raw in here)
        if at is not None:
            assert known.see(at, page) == (raw not in coming[: page - 1])
    assert sorted(known.unseen()) == [n for n, raw in enumerate(here, 1) if raw not in coming]


def test_another_list_has_other_fingerprints_for_the_same_record():
    assert fingerprints(SALT)(b"record") != fingerprints(os.urandom(16))(b"record")


def test_a_changed_record_counts_when_it_came_first_and_is_repeated_when_it_came_later():
    known, fingerprint = known_of(b"a", b"b", b"c"), fingerprints(SALT)
    known.see(known.find(fingerprint(b"a")), 3)
    assert known.see_changed(1, fingerprint(b"a"), 2) == "before"
    assert known.see_changed(1, fingerprint(b"a"), 4) == "again"
    assert known.see_changed(2, fingerprint(b"b"), 1) == "first"
    assert known.see_changed(2, fingerprint(b"b"), 1) == "again"
    assert known.unseen() == [3]


def test_a_row_that_is_newer_than_what_is_known_has_come_before():
    assert known_of(b"a").see_changed(7, fingerprints(SALT)(b"new"), 1) == "again"


def test_rows_without_a_fingerprint_are_never_recognized_but_can_be_seen():
    known = Known()
    for row_id in (1, 2):
        known.add(0, row_id)
    assert known.find(0) is None
    assert known.see_changed(2, 0, 1) == "first"
    assert known.unseen() == [1]
