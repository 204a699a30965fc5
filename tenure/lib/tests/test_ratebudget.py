"""The arithmetic of a budget that several processes share: whatever they do, in whatever order."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib import ratebudget
from tenure.lib.ratebudget import Level, Place, grant

rates = st.floats(1, 6000)
levels = st.builds(Level, per_minute=rates)
# Who asks, how long after the one before, and for how many: of any number of processes.
asking = st.lists(
    st.tuples(st.floats(0, 90), st.integers(1, 400), st.sampled_from(["read", "change"])),
    min_size=1,
    max_size=60,
)


def granted(level: Level, asking) -> list[tuple[float, int, str]]:
    now, out = 1000.0, []
    for gap, wanted, purpose in asking:
        now += gap
        got = grant([level], wanted, now, purpose)
        level = level.taken(got, now, purpose)
        out.append((now, got, purpose))
    return out


@given(levels, asking)
def test_no_stretch_of_time_has_more_than_the_burst_and_what_refilled(level, asking):
    log = granted(level, asking)
    for first in range(len(log)):
        for last in range(first, len(log)):
            seconds = log[last][0] - log[first][0]
            total = sum(got for _, got, _ in log[first : last + 1])
            assert total <= level.burst + seconds / level.interval + 1e-3


@given(levels, asking)
def test_reading_has_four_fifths_of_the_pace_and_one_block_at_once(level, asking):
    log = [entry for entry in granted(level, asking) if entry[2] == "read"]
    for first in range(len(log)):
        for last in range(first, len(log)):
            seconds = log[last][0] - log[first][0]
            total = sum(got for _, got, _ in log[first : last + 1])
            assert total <= level.block + 0.8 * seconds / level.interval + 1e-3


@given(levels, st.lists(st.floats(0, 20), max_size=60))
def test_a_change_goes_at_once_while_reading_takes_all_it_can(level, gaps):
    now = 1000.0
    for gap in gaps:
        now += gap
        level = level.taken(grant([level], 10_000, now, "read"), now, "read")
        assert level.free(now, "change") >= 1


@given(levels, st.integers(1, 30))
def test_changes_go_one_interval_apart_however_much_is_read_between(level, changes):
    now = 1000.0
    for _ in range(level.reserve + changes):
        level = level.taken(grant([level], 10_000, now, "read"), now, "read")
        if not level.free(now, "change"):
            now += level.interval
            level = level.taken(grant([level], 10_000, now, "read"), now, "read")
        assert grant([level], 1, now, "change") == 1
        level = level.taken(1, now, "change")


@given(levels, st.floats(0, 30))
def test_one_lease_is_worth_a_quarter_of_a_minute_at_most(level, now):
    got = grant([level], 10_000, now, "change")
    assert 1 <= got <= max(1, level.per_minute / 4)


@given(levels, asking, st.integers(1, 500), st.sampled_from(["read", "change"]))
def test_waiting_as_told_is_enough_and_not_too_long(level, asking, wanted, purpose):
    now = 1000.0
    for gap, some, whose in asking:
        now += gap
        level = level.taken(grant([level], some, now, whose), now, whose)
    sent, waited = 0, 0.0
    told = level.wait(now, purpose, wanted)
    while sent < wanted:
        pause = level.wait(now + waited, purpose)
        waited += pause
        got = grant([level], wanted - sent, now + waited, purpose)
        assert got >= 1
        level = level.taken(got, now + waited, purpose)
        sent += got
    assert waited == pytest.approx(told, rel=1e-4, abs=1e-2)


@given(levels, asking, st.floats(0, 600))
def test_the_reads_of_a_plan_fit_into_its_time(level, asking, seconds):
    now = 1000.0
    for gap, some, whose in asking:
        now += gap
        level = level.taken(grant([level], some, now, whose), now, whose)
    fits = level.reads_within(seconds, now)
    if fits:
        assert level.wait(now, "read", fits) <= seconds + 1e-3
    assert level.wait(now, "read", fits + 1) > seconds - 1e-3


@given(levels, asking, st.integers(1, 100), st.floats(0, 60), st.floats(0.3, 1))
def test_what_comes_back_is_no_more_than_was_leased(level, asking, wanted, later, slowed_by):
    now = 1000.0
    for gap, some, whose in asking:
        now += gap
        level = level.taken(grant([level], some, now, whose), now, whose)
    got = grant([level], wanted, now, "read")
    after = level.taken(got, now, "read")
    slower = Level(max(1, level.per_minute * slowed_by), after.due, after.due_for_reading)
    back = slower.given_back(got, now + later, "read", ceiling=level.per_minute)
    assert back.due >= min(after.due, max(level.due, now)) - 1e-6
    assert (
        back.due_for_reading >= min(after.due_for_reading, max(level.due_for_reading, now)) - 1e-6
    )
    same = after.given_back(got, now, "read", ceiling=level.per_minute)
    assert same.free(now, "read") == level.free(now, "read")


@given(rates, st.floats(1, 600), st.integers(1, 50))
def test_after_a_refusal_nobody_sends_before_the_pause_is_over_and_then_one_reads(rate, pause, n):
    level = Level(rate).emptied(1000.0 + pause)
    before = 1000.0 + pause * 0.99
    assert (level.free(before, "read"), level.free(before, "change")) == (0, 0)
    assert level.given_back(n, before, "read", ceiling=rate) == level
    assert level.free(1000.0 + pause, "read") == 1
    assert level.free(1000.0 + pause, "change") == 1 + level.reserve
    assert level.wait(1000.0, "read") == pytest.approx(pause)


@given(
    st.floats(1, 10_000),
    st.lists(st.tuples(st.floats(0, 4000), st.booleans()), max_size=60),
)
def test_the_learned_pace_stays_between_one_and_the_ceiling(ceiling, steps):
    now, limited_at, slowed_to = 0.0, 0.0, None
    for gap, is_refused in steps:
        now += gap
        rate = ratebudget.recovered(slowed_to, limited_at, now, ceiling)
        assert 1 <= rate <= ceiling
        if is_refused and not (slowed_to and ratebudget.is_same_refusal(limited_at, now)):
            slowed_to, limited_at = ratebudget.slowed(rate), now
            assert slowed_to <= rate


def test_the_pace_falls_at_once_and_comes_back_in_quiet_steps():
    slowed_to = ratebudget.slowed(10)
    assert slowed_to == 7
    paces = [ratebudget.recovered(slowed_to, 0.0, minutes * 60, 10) for minutes in range(0, 50, 5)]
    assert paces == [7, 7, 8, 8, 9, 9, 10, 10, 10, 10]
    assert ratebudget.recovered(None, 0.0, 1.0, 50) == 50


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 30), (7.5, 7.5), (0, 0), (-3, 0), (math.nan, 30), (math.inf, 3600), (1e9, 3600)],
)
def test_a_pause_is_what_the_provider_asked_for_within_reason(asked, seconds):
    assert ratebudget.pause(asked) == seconds


def shared_out(rate: float, order: list[int], families: int) -> list[int]:
    """What families get that all want everything; `order` says whose process is quicker."""
    level, now, got = Level(rate), 1000.0, [0] * families
    places: dict[int, Place] = {}
    ask_at = dict.fromkeys(range(families), now)
    while now < 1000 + 900:
        for family in sorted(ask_at, key=lambda f: order[f % len(order)]):
            if ask_at[family] > now:
                continue
            others = [place for name, place in places.items() if name != family]
            before_us = ratebudget.ahead(places.get(family), others, now)
            some = grant([level], 1000, now, "read", before_us=before_us)
            level = level.taken(some, now, "read")
            got[family] += some
            wait = level.wait(now, "read", 1 + before_us)
            ask_at[family] = now + wait
            if some:
                places.pop(family, None)
            else:
                since = places[family].since if family in places else now
                places[family] = Place(since, now + wait + 10)
        now = max(now + 0.01, min(ask_at.values()))
    return got


@given(st.floats(1, 200), st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(2, 4))
def test_no_family_starves_another(rate, order, families):
    got = shared_out(rate, order, families)
    fair = (900 / 60 * rate * 0.8) / families
    block = Level(rate).block
    assert min(got) >= fair / 2 - block
    assert min(got) >= 1


@given(levels, asking, st.floats(0, 3600))
def test_what_was_written_by_this_clock_is_believed(level, asking, pause):
    now = 1000.0
    for gap, wanted, purpose in asking:
        now += gap
        level = level.taken(grant([level], wanted, now, purpose), now, purpose)
        assert level.believed(now) == level
    level = level.emptied(now + pause)
    assert level.believed(now) == level


@given(levels, asking, st.floats(0, 1e9), st.sampled_from(["read", "change"]))
def test_a_clock_that_was_put_back_delays_nobody_for_longer_than_a_pause(
    level, asking, back, purpose
):
    for gap, wanted, wanted_for in asking:
        now = 1e9 + gap
        level = level.taken(grant([level], wanted, now, wanted_for), now, wanted_for)
    now -= back
    assert level.believed(now).wait(now, purpose) <= 300
    assert level.emptied(now + back + 60).believed(now).wait(now, purpose) <= 3600 + 300


@pytest.mark.parametrize("rate", [1, 2, 5, 10, 50])
@pytest.mark.parametrize("begun", [0.0, 7.25, 44.5])
def test_a_read_and_a_change_go_within_one_interval_however_much_is_read(rate, begun):
    """Both at once: what is had of them alone is given back."""
    level, now, ask_at = Level(rate), 1000.0, 1000.0 + begun
    while True:
        level = level.taken(grant([level], 10_000, now, "read"), now, "read")
        if now >= ask_at:
            first = grant([level], 2, now, "change")
            taken = level.taken(first, now, "change")
            if first + (second := grant([taken], 2 - first, now, "change")) == 2:
                break
            ask_at = now + max(1.0, taken.wait(now, "change", 2 - first - second))
        now += 0.25
    assert now - 1000 - begun <= level.interval + 1
