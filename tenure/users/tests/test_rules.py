from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.errors import Conflict, Invalid
from tenure.users import rules

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    "withheld", ["connections.manage", "users.view", "users.manage", "settings.manage"]
)
def test_only_the_admin_touches_credentials_settings_and_users(withheld):
    holders = {name for name, held in rules.PERMISSION_SETS.items() if withheld in held}
    assert holders == {rules.ADMIN}


def test_the_admin_holds_everything():
    assert rules.PERMISSION_SETS[rules.ADMIN] == rules.ALL_PERMISSIONS


def test_an_auditor_sees_and_changes_nothing():
    assert rules.PERMISSION_SETS[rules.AUDITOR] == {
        "overview.view",
        "connections.view",
        "tests.view",
        "findings.view",
        "provisioning.view",
        "offboarding.view",
        "reviews.view",
        "requests.view",
        "audit.view",
        # A bundle changes nothing: it is a copy of what is.
        "evidence.view",
        "evidence.create",
    }


def test_a_user_without_assignment_sees_and_asks_for_access_and_answers_what_they_are_asked():
    everybody = {"me.view", "reviews.decide", "requests.ask", "requests.decide"}
    assert rules.permissions_of([]) == (everybody, {})


def test_only_who_manages_access_manages_requests_and_system_owners_see_those_of_theirs():
    holders = {name for name, held in rules.PERMISSION_SETS.items() if "requests.manage" in held}
    assert holders == {rules.ADMIN, rules.ACCESS_MANAGER}
    seeing = {name for name, held in rules.PERMISSION_SETS.items() if "requests.view" in held}
    assert seeing == {*holders, rules.SYSTEM_OWNER, rules.AUDITOR}


def test_only_who_manages_access_runs_reviews_and_nobody_is_kept_from_deciding_their_own():
    holders = {name for name, held in rules.PERMISSION_SETS.items() if "reviews.manage" in held}
    assert holders == {rules.ADMIN, rules.ACCESS_MANAGER}
    seeing = {name for name, held in rules.PERMISSION_SETS.items() if "reviews.view" in held}
    assert seeing == {rules.ADMIN, rules.ACCESS_MANAGER, rules.AUDITOR}
    assert "reviews.decide" in rules.BASELINE


@given(
    st.lists(
        st.tuples(st.sampled_from([*rules.PERMISSION_SETS, "made up"]), st.sampled_from("abc"))
    )
)
def test_a_scoped_assignment_never_reaches_beyond_its_connection(assignments):
    everywhere, scoped = rules.permissions_of(assignments)
    assert everywhere == rules.BASELINE
    for connection, held in scoped.items():
        allowed = [
            rules.PERMISSION_SETS.get(name, frozenset())
            for name, where in assignments
            if where == connection
        ]
        assert held == frozenset().union(*allowed)


@pytest.mark.parametrize(
    ("permission_set", "window", "ends_at", "field"),
    [
        ("owner", (None, None), None, "permission_set"),
        ("auditor", (None, None), None, "window_from"),
        ("auditor", (DAY, None), None, "window_from"),
        ("auditor", (DAY, DAY - dt.timedelta(days=1)), None, "window_until"),
        ("reviewer", (DAY, DAY), None, "window_from"),
        ("reviewer", (None, None), NOW, "ends_at"),
    ],
)
def test_it_refuses_an_assignment_that_makes_no_sense(permission_set, window, ends_at, field):
    with pytest.raises(Invalid) as refused:
        rules.check_assignment(
            permission_set=permission_set,
            connection_ref="",
            begins_at=NOW,
            ends_at=ends_at,
            window_from=window[0],
            window_until=window[1],
        )
    assert refused.value.field == field


@pytest.mark.parametrize(("permission_set", "window"), [("auditor", DAY), ("admin", None)])
def test_it_accepts_one_that_does(permission_set, window):
    rules.check_assignment(
        permission_set=permission_set,
        connection_ref=str(uuid4()) if window else "",
        begins_at=NOW,
        ends_at=NOW + dt.timedelta(seconds=1),
        window_from=window,
        window_until=window,
    )


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605.1", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Safari/605.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Gecko/1 Firefox/140.0", "Firefox on Android"),
        ("curl/8", "Unknown browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(user_agent, expected):
    assert rules.browser_of(user_agent) == expected


@pytest.mark.parametrize("connection_ref", ["a", "019AAAAA-AAAA-7AAA-8AAA-AAAAAAAAAAAA"])
def test_a_connection_is_named_by_its_ref(connection_ref):
    with pytest.raises(Invalid, match="Choose the connection"):
        rules.check_assignment(
            permission_set="reviewer",
            connection_ref=connection_ref,
            begins_at=NOW,
            ends_at=None,
            window_from=None,
            window_until=None,
        )


def test_the_last_admin_stays():
    rules.check_admin_remains(is_admin_everywhere=False, other_admins=0)
    rules.check_admin_remains(is_admin_everywhere=True, other_admins=1)
    with pytest.raises(Conflict):
        rules.check_admin_remains(is_admin_everywhere=True, other_admins=0)


MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
MAY = (dt.date(2026, 5, 1), dt.date(2026, 5, 31))
NONE = (None, None)


@pytest.mark.parametrize(
    ("assignments", "window"),
    [
        ([], None),
        ([("employee", *NONE), ("reviewer", *NONE)], None),
        ([("system_owner", *NONE)], None),
        ([("auditor", *MARCH), ("access_manager", *NONE)], None),
        ([("auditor", *MARCH)], ((2026, 3, 1), (2026, 4, 1))),
        ([("auditor", *MARCH), ("employee", *NONE)], ((2026, 3, 1), (2026, 4, 1))),
        ([("auditor", *MARCH), ("forgotten", *NONE)], ((2026, 3, 1), (2026, 4, 1))),
        ([("auditor", *MARCH), ("system_owner", *NONE)], ((2026, 3, 1), (2026, 4, 1))),
        ([("auditor", *MAY), ("auditor", *MARCH)], ((2026, 3, 1), (2026, 6, 1))),
    ],
)
def test_who_only_audits_learns_only_of_their_window(assignments, window):
    expected = window and tuple(dt.datetime(*day, tzinfo=dt.UTC) for day in window)
    assert rules.window_of(assignments) == expected


def test_a_window_may_last_to_the_last_day_there_is():
    assert rules.window_of([("auditor", MARCH[0], dt.date.max)])[1].date() == dt.date.max
