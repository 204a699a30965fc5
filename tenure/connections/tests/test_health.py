from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connections import health
from tenure.connections.health import Health, Missed, Outcome

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD = Outcome(at=NOON, could_read=True)
INVITATIONS = Missed(name="Invitations", state="unavailable", reason="No scope.", times=2)


def failed(minute: float = 0, **changes: object) -> Outcome:
    said = {"kind": "invalid_key", "reason": "The key was revoked; replace it."}
    at = NOON + timedelta(minutes=minute)
    return Outcome(at=at, could_read=False, **{**said, **changes})


def lived(*outcomes: Outcome, state: str = "active") -> Health:
    now = Health(state=state)
    for outcome in outcomes:
        now = health.after(outcome, now)
    return now


@pytest.mark.parametrize("state", ["active", "degraded", "failing"])
@pytest.mark.parametrize(
    ("times", "after"), [((), "active"), ((1,), "active"), ((2,), "degraded"), ((1, 7), "degraded")]
)
def test_the_truth_table_of_what_could_be_read(state, times, after):
    missed = [Missed(name="Users", state="incomplete", reason="Cut off.", times=n) for n in times]
    struck = Health(state=state, strikes=2, first_strike_at=NOON, failure_kind="unreachable")
    found = health.after(Outcome(at=NOON, could_read=True, missed=missed), struck)
    assert (found.state, found.strikes, found.first_strike_at) == (after, 0, None)
    assert bool(found.reason) == (after == "degraded")


@pytest.mark.parametrize("state", ["active", "degraded"])
@pytest.mark.parametrize(
    ("minutes", "is_out"),
    [
        ((0,), False),
        ((0, 30), False),
        ((0, 4, 9), False),
        ((0, 4, 10), True),
        ((0, 1, 2, 3, 4), False),
        ((0, 1, 2, 3, 10), True),
        ((0, 600, 1200), True),
    ],
)
def test_three_strikes_over_ten_minutes(state, minutes, is_out):
    found = lived(*(failed(minute) for minute in minutes), state=state)
    assert found.state == ("failing" if is_out else state)
    assert found.strikes == len(minutes)
    assert found.reason == ("The key was revoked; replace it." if is_out else "")


def test_a_good_reading_between_begins_the_count_anew():
    assert lived(failed(0), failed(20), GOOD, failed(40), failed(60)).state == "active"


def test_a_failing_connection_goes_on_failing_and_says_why_it_does_now():
    out = lived(failed(0), failed(5), failed(10))
    later = health.after(failed(20, kind="unreachable", reason="No answer; look at it."), out)
    assert (later.state, later.reason, later.strikes) == ("failing", "No answer; look at it.", 4)
    assert later.failure_kind == "unreachable"


@pytest.mark.parametrize("state", ["draft", "paused", "disconnected"])
@pytest.mark.parametrize("outcome", [GOOD, failed()])
def test_a_sleeping_connection_stays_what_it_is(state, outcome):
    asleep = Health(state=state)
    assert health.after(outcome, asleep) == asleep


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        ("active", "active", None),
        ("degraded", "degraded", None),
        ("failing", "failing", None),
        ("active", "degraded", "degraded"),
        ("active", "failing", "failing"),
        ("degraded", "failing", "failing"),
        ("degraded", "active", "recovered"),
        ("failing", "active", "recovered"),
        ("failing", "degraded", "recovered"),
    ],
)
def test_the_truth_table_of_events(before, after, event):
    assert health.event(before=before, after=after) == event


@pytest.mark.parametrize(
    ("could_read", "state", "was_told", "message"),
    [
        (False, "failing", False, "failing"),
        (False, "failing", True, None),
        (False, "active", False, None),
        (False, "active", True, None),
        (True, "active", True, "recovered"),
        (True, "degraded", True, "recovered"),
        (True, "paused", True, None),
        (True, "active", False, None),
        (True, "degraded", False, None),
    ],
)
def test_the_truth_table_of_mails(could_read, state, was_told, message):
    assert health.message(could_read=could_read, state=state, was_told=was_told) == message


@pytest.mark.parametrize(
    ("strikes", "state", "interval", "after"),
    [
        (0, "active", 30, 30),
        (0, "failing", 30, 30),
        (1, "active", 30, 5),
        (2, "degraded", 30, 5),
        (4, "active", 30, 5),
        (1, "active", 2, 2),
        (3, "failing", 30, 30),
    ],
)
def test_it_is_tried_again_soon_until_it_is_known_to_fail(strikes, state, interval, after):
    every = timedelta(minutes=interval)
    found = health.retry_after(state=state, strikes=strikes, interval=every)
    assert found == timedelta(minutes=after)


def _many(*names: str, state: str = "unavailable", reason: str = "No scope.") -> list[Missed]:
    return [Missed(name=name, state=state, reason=reason, times=2) for name in names]


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        ([], ""),
        (_many("Invitations"), "Invitations could not be read. No scope."),
        (_many("A", "B"), "A and B could not be read. No scope."),
        (_many("A", "B", "C"), "A, B and C could not be read. No scope."),
        (_many("A", "B", "C", "D", "E"), "A, B, C and 2 more could not be read. No scope."),
        (
            [*_many("Users", state="incomplete", reason="Cut off."), *_many("Groups")],
            "Groups and Users could not be read completely. No scope. Cut off.",
        ),
        (_many("Keys", reason=""), "Keys could not be read."),
    ],
)
def test_it_names_what_is_missing_and_why(missed, said):
    assert health.in_words(missed) == said


def test_nothing_that_looks_like_a_key_is_repeated():
    secret = "sk-admin-0123456789abcdef"
    said = health.in_words(_many(f"Members of {secret}", reason=f"{secret} was refused."))
    out = lived(*(failed(minute, reason=f"Not {secret}.") for minute in (0, 5, 10)))
    assert secret not in said + out.reason


missed_lists = st.lists(
    st.builds(
        Missed,
        name=st.text(max_size=200),
        state=st.sampled_from(["incomplete", "unavailable"]),
        reason=st.text(max_size=700),
        times=st.integers(1, 4),
    ),
    max_size=6,
)
steps = st.lists(st.tuples(st.booleans(), st.integers(-5, 40), missed_lists), max_size=25)


@given(steps=steps)
def test_whatever_happens_it_fails_only_after_three_strikes_over_ten_minutes(steps):
    at, now, row, told = NOON, Health(state="active"), [], False
    for could_read, minutes, missed in steps:
        at += timedelta(minutes=minutes)
        before = now
        now = health.after(Outcome(at=at, could_read=could_read, missed=missed), before)
        row = [] if could_read else [*row, at]
        lasting = any(one.times >= 2 for one in missed)
        if could_read:
            assert now.state == ("degraded" if lasting else "active")
        elif now.state == "failing":
            assert before.state == "failing" or (len(row) >= 3 and at - min(row) >= health.PATIENCE)
        else:
            assert len(row) < 3 or at - min(row) < health.PATIENCE
        assert now.strikes == len(row)
        assert (now.strikes > 0) == (now.first_strike_at is not None) == bool(now.failure_kind)
        assert len(now.reason) <= health.REASON_LENGTH
        assert bool(now.reason) == (now.state != "active")
        said = health.message(could_read=could_read, state=now.state, was_told=told)
        told = {"failing": True, "recovered": False, None: told}[said]
        assert told == (now.state == "failing")
