"""The tables of what may be done, when, and what removing means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.reviews import decisions, recurrence, rules
from tenure.reviews.remedy_rules import Thing, state_after, what_removes
from tenure.reviews.reminder_rules import reminder

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATES = ("draft", "staged", "open", "remediation", "completed", "cancelled")
MAY = {
    "edit": {"draft"},
    "stage": {"draft", "staged"},
    "unstage": {"staged"},
    "open": {"staged"},
    "reassign": {"staged", "open"},
    "decide": {"open"},
    "submit": {"open"},
    "sign_off": {"open"},
    "remind": {"open"},
    "close": {"open"},
    "waive": {"remediation"},
    "cancel": {"draft", "staged", "open"},
}


@pytest.mark.parametrize("verb", MAY)
@pytest.mark.parametrize("state", STATES)
def test_which_verb_in_which_state(verb, state):
    if state in MAY[verb]:
        rules.check_verb(verb, state, title="Q4")
    else:
        with pytest.raises(Conflict, match=r"^Q4 is .* cannot be .*; reload the page"):
            rules.check_verb(verb, state, title="Q4")


@pytest.mark.parametrize(
    ("is_mine", "own", "submitted", "seen", "refusal"),
    [
        (True, False, False, 3, None),
        (True, False, False, None, None),
        (True, False, False, 2, Conflict),
        (True, False, True, 3, Conflict),
        (True, True, False, 3, NotAllowed),
        (False, False, False, 3, NotAllowed),
        (False, True, True, 2, NotAllowed),
    ],
)
def test_who_decides(is_mine, own, submitted, seen, refusal):
    def check():
        rules.check_deciding(
            is_mine=is_mine, is_held_by_decider=own, is_submitted=submitted, version=3, seen=seen
        )

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


@pytest.mark.parametrize(
    ("state", "hours", "is_below", "verdict"),
    [
        ("complete", 0.5, False, "fresh"),
        ("complete", 1.5, False, "stale"),
        ("complete", 1.5, True, "fresh"),
        ("complete", 25, True, "stale"),
        ("incomplete", 0.5, False, "incomplete"),
        ("unavailable", 0.5, False, "unavailable"),
        ("unavailable", None, False, "unavailable"),
        ("", None, False, "unread"),
    ],
)
def test_how_far_a_list_can_be_relied_on(state, hours, is_below, verdict):
    read_at = AT - hours * HOUR if hours is not None else None
    found = rules.freshness(
        state=state, read_at=read_at, at=AT, interval=HOUR / 2, is_below=is_below
    )
    assert found == verdict


def test_overriding_takes_a_reason_and_only_where_there_is_something():
    assert rules.check_override(doubtful=[], reason="x") == ""
    assert rules.check_override(doubtful=["users"], reason=" it  is ") == "it is"
    with pytest.raises(Conflict, match="a; b; c, and 2 more"):
        rules.check_override(doubtful=list("abcde"), reason="")


@pytest.mark.parametrize(
    ("waiting", "needs", "signed", "ok"),
    [
        (0, False, False, True),
        (0, True, True, True),
        (0, True, False, False),
        (1, False, False, False),
        (1, True, True, False),
    ],
)
def test_closing(waiting, needs, signed, ok):
    def check():
        rules.check_close(waiting=waiting, needs_sign_off=needs, is_signed_off=signed)

    if ok:
        check()
    else:
        with pytest.raises(Conflict):
            check()


SERVICE = {"kind": "service_account", "path": "own", "is_there": True}
RIGHT = {"kind": "grant", "is_there": True}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({**RIGHT, "path": "organization"}, "member"),
        ({**RIGHT, "path": "organization", "is_scim_managed": True}, "by_hand"),
        ({**RIGHT, "path": "organization", "is_change": True}, "by_hand"),
        ({**RIGHT, "path": "direct", "resource_kind": "project", "role": "owner"}, "place"),
        ({**RIGHT, "path": "direct", "resource_kind": "project", "role": "editor"}, "by_hand"),
        ({**RIGHT, "path": "direct", "resource_kind": "organization", "role": "owner"}, "by_hand"),
        (
            {
                **RIGHT,
                "path": "direct",
                "resource_kind": "project",
                "role": "member",
                "is_scim_managed": True,
            },
            "place",
        ),
        ({**RIGHT, "path": "group"}, "place"),
        ({**RIGHT, "path": "membership"}, "place"),
        ({**RIGHT, "path": "group", "is_scim_managed": True}, "by_hand"),
        ({**RIGHT, "path": "group", "is_there": False}, "gone"),
        (
            {"kind": "service_account", "path": "own", "is_there": True, "has_project": True},
            "service_account",
        ),
        ({"kind": "service_account", "path": "own", "is_there": True}, "by_hand"),
        ({"kind": "credential", "path": "own", "is_there": True}, "credential"),
        (
            {
                "kind": "credential",
                "path": "own",
                "is_there": True,
                "thing_kind": "federation_rule",
            },
            "by_hand",
        ),
        ({"kind": "credential", "path": "own", "is_there": False}, "gone"),
        ({"kind": "invitation", "path": "organization", "is_there": True}, "invitation"),
        ({"kind": "invitation", "path": "organization", "is_there": False}, "gone"),
        (
            {
                "kind": "invitation",
                "path": "organization",
                "is_there": False,
                "was_accepted": True,
            },
            "member",
        ),
    ],
)
def test_what_removing_means(said, what):
    assert what_removes(Thing(**said)) == what


@pytest.mark.parametrize(
    ("operation", "came_back", "state"),
    [
        ("planned", False, "in_progress"),
        ("queued", False, "in_progress"),
        ("done", False, "in_progress"),
        ("verified", False, "verified"),
        ("verified", True, "verified"),
        ("blocked", False, "failed"),
        ("blocked", True, "failed"),
        ("failed", False, "failed"),
        ("cancelled", False, "failed"),
        ("overridden", False, "waived"),
        ("overridden", True, "waived"),
        ("queued", True, "failed"),
    ],
)
def test_what_an_operation_makes_of_it(operation, came_back, state):
    assert state_after(operation, came_back=came_back) == state


@pytest.mark.parametrize(
    ("days_left", "opened_days_ago", "expected"),
    [
        (8, 1, ""),
        (7, 1, "week"),
        (3, 20, "week"),
        (3, 1, ""),
        (1, 20, "day"),
        (0.5, 0.1, ""),
        (0, 20, "overdue-20261128"),
        (-3, 20, "overdue-20261128"),
    ],
)
def test_when_somebody_is_reminded(days_left, opened_days_ago, expected):
    found = reminder(
        due_at=AT + timedelta(days=days_left),
        opened_at=AT - timedelta(days=opened_days_ago),
        at=AT,
    )
    assert found == expected


def test_how_long_somebody_was_at_it():
    steps = [0, 10, 10, 25, 1000, 1030]
    assert decisions.seconds_of([AT + timedelta(seconds=one) for one in steps]) == 55
    assert decisions.seconds_of([None, AT]) == 0


def test_a_fingerprint_does_not_depend_on_the_order():
    rows = [(key, "keep", "", "", AT, "Rita") for key in ("é", "b", "Z")]
    assert decisions.fingerprint(rows) == decisions.fingerprint(rows[::-1])
    assert decisions.fingerprint(rows) != decisions.fingerprint(rows[:2])
    swapped = [("é", "keep", "", "", AT, "Rita"), ("b", "remove", "", "", AT, "Rita")]
    other = [("é", "remove", "", "", AT, "Rita"), ("b", "keep", "", "", AT, "Rita")]
    assert decisions.fingerprint(swapped) != decisions.fingerprint(other)


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY", "RRULE:FREQ=MONTHLY;INTERVAL=3", "freq=yearly;bymonth=1,7", ""]
)
def test_a_recurrence_that_makes_sense(rule):
    assert recurrence.check_recurrence(rule, since=AT) == rule.upper().removeprefix("RRULE:")


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY", "FREQ=HOURLY", "quarterly", "FREQ=WEEKLY\nRDATE:20260101", "FREQ=", "DTSTART:x"],
)
def test_one_that_makes_none(rule):
    with pytest.raises(Invalid):
        recurrence.check_recurrence(rule, since=AT)
