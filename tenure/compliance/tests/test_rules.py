from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.compliance import rules

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(st.booleans(), st.sampled_from(["", "stale"]), st.integers(0, 3))
def test_a_green_is_never_made_of_no_data(is_deactivated, problem, open_findings):
    state = rules.state(is_deactivated=is_deactivated, problem=problem, open_findings=open_findings)
    assert (state == "ok") == (not is_deactivated and not problem and not open_findings)
    if problem and not is_deactivated:
        assert state == "invalid"


@given(moments, moments)
def test_overdue_begins_with_the_due_instant(due_at, now):
    assert (rules.due_state(due_at=due_at, now=now) == "overdue") == (now >= due_at)


@pytest.mark.parametrize(
    ("is_deactivated", "problem", "moot", "open_findings", "state"),
    [
        (True, "stale", "few", 1, "deactivated"),
        (False, "stale", "few", 0, "invalid"),
        (False, "", "few", 0, "not_applicable"),
        (False, "", "few", 1, "needs_attention"),
        (False, "", "", 0, "ok"),
    ],
)
def test_the_state_of_a_run(is_deactivated, problem, moot, open_findings, state):
    assert state == rules.state(
        is_deactivated=is_deactivated,
        problem=problem,
        not_applicable=moot,
        open_findings=open_findings,
    )


@pytest.mark.parametrize(
    ("age", "says"),
    [
        (None, "The users of OpenAI have not been read completely yet"),
        (HOUR, ""),
        (HOUR + timedelta(seconds=1), "last read completely 1 hours ago"),
    ],
)
def test_a_list_may_be_two_intervals_old(age, says):
    read = rules.Lists(1, 0) if age is None else rules.Lists(1, 1, NOW - age)
    assert_problem(read, says, is_below=False)


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (rules.Lists(0), ""),
        (rules.Lists(14, 12, NOW), "2 of 14 lists of users of OpenAI have not been read"),
        (rules.Lists(14, 14, NOW - DAY), ""),
        (rules.Lists(14, 14, NOW - DAY - HOUR), "25 hours ago"),
        # What is refused is refused at once, however fresh the last answer is.
        (rules.Lists(14, 14, NOW, 1, "This key lacks it."), "cannot be read. This key lacks it."),
        (rules.Lists(14, 0, None, 14), "The users of OpenAI cannot be read."),
    ],
)
def test_lists_below_others_are_judged_together_and_may_be_a_day_old(read, says):
    assert_problem(read, says, is_below=True)


def test_long_intervals_are_long_for_lists_below_others_too():
    long = timedelta(hours=20)
    assert rules.allowed_age(interval=long, is_below=True) == 2 * long


def assert_problem(read, says, *, is_below):
    allowed = rules.allowed_age(interval=timedelta(minutes=30), is_below=is_below)
    problem = rules.lists_problem(read, name="users", connection="OpenAI", allowed=allowed, now=NOW)
    assert (says in problem) if says else problem == ""


@pytest.mark.parametrize(
    ("people", "stale", "says"),
    [
        (0, [], "no people yet"),
        (5, [], ""),
        (5, [("HR", None)], "HR has never been read"),
        (5, [("HR", NOW - timedelta(days=36))], "36 days ago"),
    ],
)
def test_people_must_be_there_and_recent(people, stale, says):
    problem = rules.people_problem(people=people, stale_sources=stale, now=NOW)
    assert (says in problem) if says else problem == ""


@pytest.mark.parametrize(
    ("of", "judged", "says"), [(5, 5, ""), (5, 1, ""), (5, 0, "None of the 5"), (0, 0, "no acc")]
)
def test_an_answer_about_nothing_is_no_answer(of, judged, says):
    problem = rules.coverage_problem(of=of, judged=judged, what="accounts")
    assert says in problem
    assert bool(problem) == (judged == 0)


def test_no_invitations_are_an_answer_where_there_may_be_none():
    assert not rules.coverage_problem(of=0, judged=0, what="invitations", may_be_none=True)
    assert rules.coverage_problem(of=2, judged=0, what="invitations", may_be_none=True)
