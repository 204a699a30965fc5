from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory.access_rules import (
    NO_ROLE,
    Access,
    Interval,
    Moment,
    Step,
    held_at,
    is_privileged,
    later,
    least_certain,
    project_access,
    role_intervals,
    sooner,
)

DIRECT, IMPLIED = "direct", "organization owner"
OWNS = Access("owner", IMPLIED)
ROLES = st.sampled_from(["owner", "member", "viewer", "reader", ""])


def hour(number: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=number)


def exactly(number: int) -> Moment:
    return Moment(hour(number))


def between(earliest: int | None, latest: int) -> Moment:
    return Moment(hour(latest), None if earliest is None else hour(earliest), is_exact=False)


@pytest.mark.parametrize(
    ("is_gone", "organization_role", "project_is_open", "granted", "access"),
    [
        (True, "owner", True, ["owner"], set()),
        (False, "owner", False, ["owner"], set()),
        (False, "reader", False, ["member"], set()),
        (False, "owner", True, [], {OWNS}),
        (False, "owner", True, ["member"], {OWNS, Access("member", DIRECT)}),
        (False, "owner", True, ["owner"], {OWNS, Access("owner", DIRECT)}),
        (False, "reader", True, ["member"], {Access("member", DIRECT)}),
        (False, "reader", True, [], set()),
        # An unknown role is a role.
        (False, "", True, ["auditor"], {Access("auditor", DIRECT)}),
    ],
)
def test_access_to_a_project(is_gone, organization_role, project_is_open, granted, access):
    assert access == project_access(
        is_gone=is_gone,
        owns_organization=organization_role == "owner",
        project_is_open=project_is_open,
        granted=granted,
    )


def test_groups_give_what_they_hold_and_no_role_gives_nothing():
    found = project_access(
        is_gone=False,
        owns_organization=False,
        project_is_open=True,
        granted=[NO_ROLE],
        through=[("editor", "ML platform")],
    )
    assert found == {("editor", "group", "ML platform")}


moments = st.builds(
    lambda first, width, is_exact: exactly(first) if is_exact else between(first, first + width),
    st.integers(0, 20),
    st.integers(1, 5),
    st.booleans(),
)


@given(moments, moments, st.integers(0, 30))
def test_what_takes_two_things_is_had_exactly_while_both_are(one, other, number):
    both = later(one, other)
    together = least_certain(
        held_at(Interval("", one), hour(number)), held_at(Interval("", other), hour(number))
    )
    alone = held_at(Interval("", both), hour(number))
    assert isinstance(together, bool) == isinstance(alone, bool)
    assert not isinstance(together, bool) or together is alone


@given(moments, moments, st.integers(0, 30))
def test_what_takes_two_things_ends_with_the_first_of_them(one, other, number):
    began = exactly(-1)
    together = least_certain(
        held_at(Interval("", began, one), hour(number)),
        held_at(Interval("", began, other), hour(number)),
    )
    alone = held_at(Interval("", began, sooner(one, other)), hour(number))
    assert isinstance(together, bool) == isinstance(alone, bool)
    assert not isinstance(together, bool) or together is alone
    assert sooner(one, None) == sooner(None, one) == one


@given(ROLES, st.lists(ROLES, max_size=3), st.booleans(), st.booleans())
def test_nobody_reaches_more_than_is_granted_or_implied(role, granted, is_gone, is_open):
    found = project_access(
        is_gone=is_gone,
        owns_organization=role == "owner",
        project_is_open=is_open,
        granted=granted,
    )
    assert {one.role for one in found if one.path == DIRECT} <= set(granted)
    assert (Access("owner", IMPLIED) in found) == (role == "owner" and is_open and not is_gone)
    assert not (found and is_gone)


@pytest.mark.parametrize(
    ("organization_role", "project_role", "privileged"),
    [
        ("owner", "", True),
        ("owner", "member", True),
        ("reader", "owner", True),
        ("reader", "member", False),
        ("reader", "", False),
        ("", "", False),
    ],
)
def test_who_may_give_access_is_privileged(organization_role, project_role, privileged):
    said = is_privileged(organization_role=organization_role, project_role=project_role)
    assert said is privileged


@pytest.mark.parametrize(
    ("began", "ended", "answers"),
    [
        (exactly(2), None, "nnyyyyyy"),
        (between(2, 4), None, "nnbbyyyy"),
        (between(None, 4), None, "bbbbyyyy"),
        (exactly(1), exactly(5), "nyyyynnn"),
        (exactly(1), between(3, 5), "nyyeennn"),
        (between(1, 3), between(3, 6), "nbbeeenn"),
        (between(1, 2), between(4, 6), "nbyyeenn"),
    ],
)
def test_what_was_held_at_an_instant(began, ended, answers):
    said = {False: "n", True: "y", began: "b", ended: "e"}
    found = [held_at(Interval("member", began, ended), hour(number)) for number in range(8)]
    assert "".join(said[one] for one in found) == answers


def test_two_things_together_are_as_sure_as_the_less_sure():
    maybe, other = between(1, 2), between(3, 4)
    assert least_certain(True, True) is True
    assert least_certain(True, maybe) == least_certain(maybe, True) == maybe
    assert least_certain(maybe, other) == maybe
    assert not any(least_certain(False, one) for one in (True, False, maybe))
    assert not any(least_certain(one, False) for one in (True, False, maybe))


def told(*steps: Step, role: str) -> list[Interval]:
    return list(role_intervals(steps, role=role))


def test_a_life_without_changes_is_one_interval_in_the_role_of_today():
    assert told(Step("appeared", exactly(1)), role="owner") == [Interval("owner", exactly(1))]


def test_a_changed_role_ends_one_interval_and_begins_the_next():
    found = told(
        Step("appeared", exactly(1)),
        Step("changed", between(2, 3), "reader", "owner"),
        Step("changed", between(4, 5), "owner", "reader"),
        Step("ended", between(6, 7)),
        role="reader",
    )
    assert found == [
        Interval("reader", exactly(1), between(2, 3)),
        Interval("owner", between(2, 3), between(4, 5)),
        Interval("reader", between(4, 5), between(6, 7)),
    ]


def test_who_comes_back_has_the_role_that_changed_meanwhile():
    found = told(
        Step("appeared", exactly(1)),
        Step("ended", between(2, 3)),
        Step("changed", between(3, 5), "reader", "owner"),
        Step("reappeared", between(3, 5)),
        role="owner",
    )
    assert found == [
        Interval("reader", exactly(1), between(2, 3)),
        Interval("owner", between(3, 5)),
    ]


def test_nothing_changes_before_it_was_seen_to_be_there():
    # Seen first at 3 by a reading that broke off; the last complete one began at 1.
    found = told(
        Step("appeared", between(1, 3)),
        Step("changed", between(1, 5), "reader", "owner"),
        role="owner",
    )
    assert found == [
        Interval("reader", between(1, 3), between(3, 5)),
        Interval("owner", between(3, 5)),
    ]


def test_who_came_back_at_a_known_instant_had_gone_before_it():
    found = told(
        Step("appeared", exactly(1)),
        Step("ended", between(2, 6)),
        Step("reappeared", exactly(4)),
        role="reader",
    )
    assert found == [Interval("reader", exactly(1), between(2, 4)), Interval("reader", exactly(4))]
    assert [held_at(one, hour(5)) for one in found] == [False, True]


def test_who_came_back_between_reads_did_so_after_being_found_gone():
    found = told(
        Step("appeared", exactly(1)),
        Step("ended", between(2, 4)),
        Step("reappeared", between(3, 6)),
        role="reader",
    )
    assert found[1] == Interval("reader", between(4, 6))


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["reader", "owner"])), max_size=8))
def test_between_the_steps_exactly_what_was_seen_is_held(seen):
    """Against the naive way: look at the list each hour, and believe it until the next hour."""
    steps, is_there, role = [], False, ""
    for number, (listed, as_role) in enumerate(seen, start=1):
        moment = between(number - 1, number)
        if listed and role and role != as_role:
            steps.append(Step("changed", moment, role, as_role))
        if listed != is_there:
            back = "reappeared" if role else "appeared"
            steps.append(Step(back if listed else "ended", moment))
        is_there, role = listed, as_role if listed else role
    intervals = told(*steps, role=role)
    for number, (listed, as_role) in enumerate(seen, start=1):
        following = seen[number] if number < len(seen) else (listed, as_role)
        if following != (listed, as_role) and (listed or following[0]):
            continue
        instant = hour(number) + timedelta(minutes=1)
        answers = [(one.role, held_at(one, instant)) for one in intervals]
        held = [answer for answer in answers if answer[1] is not False]
        assert held == ([(as_role, True)] if listed else [])
