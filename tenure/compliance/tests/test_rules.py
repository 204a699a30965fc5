from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.compliance import rules

HOUR = timedelta(hours=1)
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
        (None, "not been read completely"),
        (HOUR, ""),
        (HOUR + timedelta(seconds=1), "last read completely 1 hours ago"),
    ],
)
def test_a_collection_may_be_two_intervals_old(age, says):
    problem = rules.collection_problem(
        name="users",
        connection="OpenAI",
        completed_at=NOW - age if age is not None else None,
        interval=timedelta(minutes=30),
        now=NOW,
    )
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
