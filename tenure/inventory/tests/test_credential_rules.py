"""What is said of a key, as a rule; and that the list's filters find exactly those."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.inventory import credential_wording
from tenure.inventory.credential_rules import Key, flags, state
from tenure.inventory.models import Credential, Ownership
from tenure.inventory.queries import CREDENTIAL_FILTERS, CredentialsAsked, credential_page
from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_credential,
    make_person,
    make_project,
)

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# Which flags, at least one of them, a key of each filter has.
SAID_BY = {
    "orphaned": {"orphaned"},
    "leavers": {"leaver"},
    "nobody": {"nobody"},
    "unowned": {"unowned"},
    "expiring": {"expiring"},
    "unused": {"unused"},
    "older_90": {"90", "180"},
    "older_180": {"180"},
}


@pytest.mark.parametrize(
    ("ended_at", "expires_at", "is_read", "said"),
    [
        (AT, None, True, "gone"),
        (AT, AT + DAY, False, "gone"),
        (None, None, False, "unread"),
        (None, AT, True, "expired"),
        (None, AT + SECOND, True, "active"),
        (None, None, True, "active"),
    ],
)
def test_what_has_become_of_a_key(ended_at, expires_at, is_read, said):
    assert state(ended_at=ended_at, expires_at=expires_at, is_read=is_read, at=AT) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ()),
        ({"owner_is_leaver": True, "owner_has_access": False}, ("leaver", "orphaned")),
        ({"owner_is_known": False}, ("nobody",)),
        ({"owner_is_gone": True}, ("owner_gone",)),
        ({"is_unowned": True}, ("unowned",)),
        ({"owner_has_access": None}, ()),
        ({"expires_at": AT + 14 * DAY}, ("expiring",)),
        ({"expires_at": AT + 14 * DAY + SECOND}, ()),
        ({"last_used_at": AT - 90 * DAY}, ("unused",)),
        ({"last_used_at": AT - 90 * DAY + SECOND}, ()),
        ({"created_at": AT - 90 * DAY}, ("90",)),
        ({"created_at": AT - 180 * DAY}, ("180",)),
        ({"created_at": None, "last_used_at": None}, ()),
    ],
)
def test_why_somebody_should_look_at_it(facts, said):
    key = Key(**{"state": "active", "owner_is_known": True, **facts})
    assert flags(key, at=AT) == said


@given(st.sampled_from(["expired", "gone", "unread"]), st.booleans(), st.booleans())
def test_nothing_is_said_of_a_key_that_works_no_more(became, is_leaver, has_access):
    key = Key(
        state=became,
        owner_is_known=True,
        owner_is_leaver=is_leaver,
        owner_has_access=has_access,
        created_at=AT - 999 * DAY,
    )
    assert flags(key, at=AT) == ()


@pytest.mark.django_db
def test_each_filter_finds_the_keys_of_which_the_rule_says_so():
    _make_one_of_each()
    at, actor = now(), actor_of("ada")
    every = {key.pk: key for show in ("all", "over") for key in _shown(show, actor)}
    assert len(every) == Credential.objects.count()
    said = {pk: set(credential_wording.flags_of(key, at=at)) for pk, key in every.items()}
    for show in CREDENTIAL_FILTERS:
        found = {key.pk for key in _shown(show, actor)}
        if show in SAID_BY:
            assert found == {pk for pk, some in said.items() if some & SAID_BY[show]}, show
            assert found, show
    over = {pk for pk, key in every.items() if credential_wording.state_of(key, at=at) != "active"}
    assert {key.pk for key in _shown("over", actor)} == over


def _shown(show, actor):
    asked = CredentialsAsked(show=show, limit=10_000)
    return credential_page(asked, actor=actor).rows


def _make_one_of_each() -> None:
    """Every owner with every access, expiry, use and age; and one key that is gone."""
    connection, at = make_connection(), now()
    project, former = make_project(connection), at.date() - 9 * DAY
    owned = make_account(connection, kind="service")
    answers = make_person()
    Ownership.objects.create(account=owned, owner=answers, decided_at=at, decided_by="Mara")
    ended = {"status": "gone", "ended_at": at, "ended_known_by": "between_reads"}
    owners = [
        None,
        make_account(connection),
        make_account(connection, person=make_person()),
        make_account(connection, person=make_person(ends_on=former)),
        make_account(connection, **ended),
        make_account(connection, kind="service"),
        owned,
    ]
    template = make_credential(project, owners[1], ended_at=at, ended_known_by="between_reads")
    given = product(
        owners,
        (True, False, None),
        (None, at - DAY, at + 5 * DAY, at + 40 * DAY),
        (None, at - DAY, at - 91 * DAY),
        (None, at - DAY, at - 91 * DAY, at - 181 * DAY),
    )
    Credential.objects.bulk_create(
        Credential(
            ref=uuid7(),
            connection=connection,
            collection=template.collection,
            external_id=f"one-{number}",
            kind=Credential.Kind.PROJECT_KEY,
            resource=project,
            name=f"One {number}",
            owner=owner,
            owner_has_access=access,
            expires_at=expires,
            last_used_at=used,
            created_at=created,
            began_at=created or at,
            began_known_by="provider",
        )
        for number, (owner, access, expires, used, created) in enumerate(given)
    )
