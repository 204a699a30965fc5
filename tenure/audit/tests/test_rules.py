from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.audit import rules
from tenure.lib.errors import Invalid


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    TOP = 3


KEPT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0@-\x7f"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc_ä\U0001f600", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Colour.RED, "red"),
        (Level.TOP, 3),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (date(2026, 11, 30), "2026-11-30"),
        (
            datetime(2026, 11, 30, 10, 59, 59, 5000, timezone(timedelta(hours=13))),
            "2026-11-29T21:59:59.005Z",
        ),
        (("a", [1, None]), ["a", [1, None]]),
        ({"after": Colour.RED}, {"after": "red"}),
    ],
)
def test_it_keeps_plain_values_as_json_knows_them(value, kept):
    assert rules.plain(value) == kept


@pytest.mark.parametrize(
    "value",
    [1.5, Decimal(1), {1, 2}, object(), b"x", datetime(2026, 1, 1), 2**63, {1: "a"}],
)
def test_it_refuses_values_that_cannot_be_kept_exactly(value):
    with pytest.raises(TypeError):
        rules.plain([{"deep": value}])


def test_it_refuses_an_email_address_outside_the_erasable_texts():
    with pytest.raises(ValueError, match="text="):
        rules.plain({"note": "sent to ada@halden.example today"})


@pytest.mark.parametrize(
    "value", ["the key is sk-admin-abcdef123456", "nul \0 byte", "half \ud800"]
)
def test_it_refuses_keys_and_unstorable_text_everywhere(value):
    for refused in (value, [value], {"a": value}, {value: 1}):
        with pytest.raises(Invalid):
            rules.plain(refused)
    with pytest.raises(Invalid):
        rules.personal(value)


def test_a_refusal_does_not_repeat_the_key():
    with pytest.raises(Invalid) as refusal:
        rules.personal("sk-admin-abcdef123456")
    assert "abcdef" not in str(refusal.value)


@given(KEPT)
def test_the_canonical_form_is_what_any_json_library_writes_with_sorted_keys(value):
    written = json.dumps(
        {"v": value}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert rules.canonical({"v": value}) == written


@given(KEPT, KEPT)
def test_different_details_never_share_a_hash(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (rules.chain("0", {"v": one}) == rules.chain("0", {"v": other})) is same


def test_a_seal_can_be_recomputed_with_sha256_alone():
    assert rules.chain("ab", {"b": 1, "a": "ü"}) == (
        hashlib.sha256('ab{"a":"ü","b":1}'.encode()).hexdigest()
    )
    assert rules.digest("5a17", "Ada") == hashlib.sha256(b"5a17Ada").hexdigest()


def test_an_instant_finer_than_we_write_does_not_look_like_ours():
    ours = datetime(2026, 11, 23, 9, 0, 0, 123000, UTC)
    assert rules.instant(ours) == "2026-11-23T09:00:00.123Z"
    assert rules.instant(ours + timedelta(microseconds=1)) != rules.instant(ours)


def test_a_bulk_names_its_items_by_count_and_digest_whatever_their_order():
    detail = rules.bulk(["b", "a"], state="unlinked")
    assert detail == rules.bulk(["a", "b"], state="unlinked")
    assert detail["count"] == 2
    assert detail["filter"] == {"state": "unlinked"}
    assert detail["sha256"] == hashlib.sha256(b"a\nb\n").hexdigest()
