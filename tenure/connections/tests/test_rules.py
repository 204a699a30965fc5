from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connections import rules
from tenure.lib.errors import Conflict, Invalid

STATES = ["", "draft", "active", "degraded", "failing", "paused", "disconnected"]
AFTER = {
    "connect": ["active", "active", None, None, None, None, "active"],
    "pause": [None, None, "paused", "paused", "paused", None, None],
    "resume": [None, None, None, None, None, "active", None],
    "disconnect": [None, *["disconnected"] * 5, None],
    "change": [None, "draft", "active", "degraded", "failing", "paused", None],
}


@pytest.mark.parametrize(
    ("verb", "state", "after"),
    [(verb, *pair) for verb, row in AFTER.items() for pair in zip(STATES, row, strict=True)],
)
def test_the_truth_table_of_states(verb, state, after):
    if after is None:
        with pytest.raises(Conflict) as refused:
            rules.next_state(verb, state, name="OpenAI")
        assert str(refused.value).endswith(".")
        assert "OpenAI" in str(refused.value)
    else:
        assert rules.next_state(verb, state, name="OpenAI") == after


@pytest.mark.parametrize(
    ("kind", "proven", "may"),
    [
        ("admin", True, True),
        ("admin", False, False),
        ("admin", None, True),
        ("limited", True, True),
        ("limited", False, False),
        ("limited", None, True),
        ("read_only", True, True),
        ("read_only", False, False),
        ("read_only", None, False),
        ("personal", True, True),
        ("personal", False, False),
        ("personal", None, False),
    ],
)
def test_the_truth_table_of_keys_that_may_write(kind, proven, may):
    assert rules.may_write(kind=kind, proven=proven) is may


@given(
    keys=st.lists(st.tuples(st.sampled_from(["admin", "personal"]), st.sampled_from([None, False])))
)
def test_removal_goes_on_only_with_a_key_that_may_write_and_off_always(keys):
    rules.check_removal(wanted=False, keys=keys)
    if ("admin", None) in keys:
        rules.check_removal(wanted=True, keys=keys)
    else:
        with pytest.raises(Conflict, match="add a removal key"):
            rules.check_removal(wanted=True, keys=keys)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 101,
        "a\x00b",
        "release",
        " RELEASE ",
        "--json",
        "0199d2a1-6e2b-7d3c-8a51-5a0f3c9e7b11",
    ],
)
def test_names_that_cannot_be_typed_or_mean_something_else_are_refused(name):
    with pytest.raises(Invalid) as refused:
        rules.check_name(name)
    assert refused.value.field == "name"


def test_a_name_is_kept_on_one_line():
    assert rules.check_name("  OpenAI \n Production ") == "OpenAI Production"


@given(taken=st.lists(st.sampled_from(["OpenAI", "openai", "OPENAI 2", "OpenAI 3", "Other"])))
def test_a_free_name_is_nobodys(taken):
    name = rules.free_name("OpenAI", taken)
    assert name.casefold() not in {other.casefold() for other in taken}
    assert name.startswith("OpenAI")


@pytest.mark.parametrize(("minutes", "fits"), [(4, False), (5, True), (1440, True), (1441, False)])
def test_the_interval_lies_between_five_minutes_and_a_day(minutes, fits):
    if fits:
        rules.check_interval(minutes)
    else:
        with pytest.raises(Invalid):
            rules.check_interval(minutes)


@pytest.mark.parametrize(("budget", "fits"), [(None, True), (0, False), (1, True), (10_001, False)])
def test_the_request_budget_is_a_number_or_off(budget, fits):
    if fits:
        rules.check_requests_per_minute(budget)
    else:
        with pytest.raises(Invalid):
            rules.check_requests_per_minute(budget)
