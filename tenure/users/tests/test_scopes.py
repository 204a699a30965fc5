from __future__ import annotations

import datetime as dt

import pytest

from tenure.lib.errors import Invalid
from tenure.users import rules, scopes

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
VIEW = frozenset({"accounts.view"})


def test_a_scope_brings_only_permissions_that_there_are():
    for scope in scopes.SCOPES.values():
        assert scope.permissions
        assert scope.permissions | scope.besides <= rules.ALL_PERMISSIONS


def test_no_scope_brings_what_is_an_admins_alone_but_the_one_for_settings():
    everything = scopes.permissions_in(scopes.SCOPES)
    assert not everything & {"connections.manage", "users.view", "users.manage"}
    besides = scopes.permissions_in(set(scopes.SCOPES) - {"settings:write"})
    assert "settings.manage" not in besides


def test_what_reads_changes_nothing():
    reading = [name for name in scopes.SCOPES if name.endswith(":read")]
    brought = scopes.permissions_in(reading)
    assert all(permission.endswith(".view") for permission in brought)


def test_a_scope_that_there_is_not_brings_nothing():
    assert scopes.permissions_in(["everything:write"]) == frozenset()


def test_who_may_only_look_is_offered_only_what_looks():
    assert scopes.usable_with(VIEW) == ["inventory:read"]
    # Whoever manages somebody reviews what they have, and approves what they ask for.
    usable = ["reviews:read", "reviews:write", "requests:read", "requests:write"]
    assert scopes.usable_with(rules.BASELINE) == usable


@pytest.mark.parametrize(
    ("name", "asked", "expires_at", "field"),
    [
        (" ", ["inventory:read"], None, "name"),
        ("export", [], None, "scopes"),
        ("export", ["everything:write"], None, "scopes"),
        ("export", ["inventory:read", "audit:read"], None, "scopes"),
        ("export", ["inventory:read"], NOW, "expires_at"),
        ("export", ["inventory:read"], NOW + TICK, None),
        ("export", ["inventory:read"], None, None),
    ],
)
def test_the_table(name, asked, expires_at, field):
    def check():
        scopes.check_token(name=name, scopes=asked, held=VIEW, expires_at=expires_at, at=NOW)

    if field is None:
        check()
        return
    with pytest.raises(Invalid) as refused:
        check()
    assert refused.value.field == field
