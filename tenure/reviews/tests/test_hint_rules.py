"""Twelve accounts and what would do for each, by the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenure.reviews.hint_rules import Use, hint

AT = datetime(2026, 11, 28, tzinfo=UTC)
LONG_AGO, LATELY, YEAR = AT - timedelta(days=91), AT - timedelta(days=3), AT - timedelta(days=365)
ACTIVE = {"active_at": LATELY}
OWNER = {"role": "owner", "resource_kind": "organization", **ACTIVE}
LOGGED = {"log_from": YEAR}


def told(**said):
    found = hint(Use(**{"kind": "grant", "at": AT, **said}))
    return found.suggestion, found.to_role


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"role": "member", **ACTIVE}, ("none", "")),
        ({"role": "member", "is_leaver": True, **ACTIVE}, ("remove", "")),
        ({"role": "member", "active_at": LONG_AGO}, ("remove", "")),
        ({"role": "member", "active_at": None}, ("unknown", "")),
        ({"role": "member", "is_redundant": True, **ACTIVE}, ("remove", "")),
        ({**OWNER, **LOGGED, "acted_at": LATELY}, ("none", "")),
        ({**OWNER, **LOGGED, "acted_at": LONG_AGO}, ("change", "reader")),
        ({**OWNER, **LOGGED, "acted_at": None}, ("change", "reader")),
        ({**OWNER, **LOGGED, "resource_kind": "project"}, ("change", "member")),
        ({**OWNER, "log_from": None}, ("unknown", "")),
        ({**OWNER, "log_from": AT - timedelta(days=30)}, ("unknown", "")),
        ({**OWNER, **LOGGED, "active_at": None, "acted_at": None}, ("change", "reader")),
        ({"kind": "credential", "last_used_at": LONG_AGO}, ("remove", "")),
        ({"kind": "credential", "last_used_at": LATELY, "created_at": YEAR}, ("none", "")),
        ({"kind": "credential", "created_at": YEAR}, ("remove", "")),
        ({"kind": "credential", "created_at": LATELY}, ("none", "")),
        ({"kind": "credential"}, ("unknown", "")),
        ({"kind": "service_account", "active_at": LONG_AGO}, ("remove", "")),
        ({"kind": "service_account", **ACTIVE}, ("none", "")),
        ({"kind": "invitation"}, ("none", "")),
        ({"kind": "invitation", "is_leaver": True}, ("remove", "")),
    ],
)
def test_the_table(said, expected):
    assert told(**said) == expected


def test_without_the_log_it_says_that_nobody_knows():
    said = hint(Use(kind="grant", at=AT, **OWNER)).says
    assert said == "Not enough data: the provider's audit log is off."


def test_what_would_do_comes_with_its_evidence():
    said = hint(Use(kind="grant", at=AT, **OWNER, **LOGGED, acted_at=LONG_AGO)).says
    assert said == "No administrative act since 29 August 2026: reader would do."
