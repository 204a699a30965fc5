"""Connections that are read from files are judged like any other, by what files can say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, inputs, row
from tenure.connections.models import Connection
from tenure.inventory.models import Collection
from tenure.testing.factories import make_account, make_connection

SLUGS = ["inactive-accounts", "orphaned-keys", "stale-invites", "owners-few", "connection-fresh"]


@pytest.fixture
def figma(organization) -> Connection:
    """A system whose file came ten days ago."""
    made = make_connection(name="Figma", kind="file", organization_id="figma")
    Connection.objects.filter(pk=made.pk).update(
        interval_minutes=30 * 1440, connected_at=NOON - 300 * DAY
    )
    Collection.objects.filter(connection=made).exclude(key="users").delete()
    Collection.objects.update_or_create(
        connection=made,
        key="users",
        defaults={"kind": "users", "state": "complete", "completed_at": NOON - 10 * DAY},
    )
    seen = {"last_active_at": NOON - 200 * DAY, "last_active_source": "user_record"}
    make_account(made, email="dee@example.com", began_at=NOON - 300 * DAY, **seen)
    return made


@pytest.mark.parametrize("slug", SLUGS)
def test_what_files_cannot_say_makes_no_test_invalid(figma, slug):
    ask(slug)
    assert row(slug).state != "invalid"


def test_who_has_not_signed_in_is_told_in_the_words_of_files(figma):
    (finding,) = ask("inactive-accounts").values()
    assert inputs(finding)["Known from"] == "uploaded_file"
    assert "(signed in)" in sentence(finding)


def test_a_file_names_no_owners_and_none_are_missed(figma):
    for number in range(5):
        make_account(figma, email=f"e{number}@example.com", role="viewer")
    assert not [one for one in ask("owners-few").values() if one.connection_id == figma.pk]


def test_a_file_is_fresh_for_two_of_the_intervals_it_is_expected_in(figma):
    of_file = f"connection:{figma.ref}:users"
    assert of_file not in ask("connection-fresh")
    age = 60 * DAY + timedelta(minutes=1)
    Collection.objects.filter(connection=figma).update(completed_at=NOON - age)
    assert of_file in ask("connection-fresh")
