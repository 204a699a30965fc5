"""The last day of an external account: over where the organization is, and never brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from tenure.compliance.models import OrganizationCalendar
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account, Ownership
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.lib.errors import Conflict, Invalid
from tenure.people.models import Person
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person

pytestmark = pytest.mark.django_db
NOON, LATER = datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 12, 31)
FIRST = Mark(kind="external", sponsor="mei@x.example", until=date(2026, 11, 30))
SECOND = replace(FIRST, sponsor="priya@x.example", until=LATER)
MARA = actor_of("mara")


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def account(noon) -> Account:
    make_person("Mei Tanaka", email="mei@x.example")
    make_person("Priya Raman", email="priya@x.example")
    return make_account(make_connection(), email="zed@other.example")


def mark(account: Account, *said: Mark) -> None:
    for one in said:
        mark_account(account_ref=account.ref, said=one, actor=MARA)


def undo(account: Account) -> None:
    undo_account_word(account_ref=account.ref, actor=MARA)


def test_who_may_answer_for_it_still_does_so_again(account):
    mark(account, FIRST, SECOND)
    undo(account)
    owned = Ownership.objects.get(account=account)
    assert (owned.sponsor.name, owned.until) == ("Mei Tanaka", FIRST.until)


def test_nobody_who_left_answers_for_it_again(account):
    mark(account, FIRST, SECOND)
    Person.objects.filter(email_key="mei@x.example").update(ends_at=NOON)
    with pytest.raises(Conflict, match="Mei Tanaka again, who may not hold access; mark"):
        undo(account)
    owned = Ownership.objects.get(account=account)
    assert (owned.sponsor.name, owned.until) == ("Priya Raman", LATER)


def test_no_day_that_is_over_comes_back(account, noon):
    mark(account, FIRST, SECOND)
    noon.move_to(datetime(2026, 12, 1, tzinfo=UTC))
    with pytest.raises(Conflict, match="last day 2026-11-30, which is over; mark"):
        undo(account)


def test_an_undone_link_brings_back_nobody(account, noon):
    """The last day is over since, and stays so: undoing the link after it changes nothing of it."""
    mark(account, FIRST)
    link_account(account_ref=account.ref, email="priya@x.example", actor=MARA)
    noon.move_to(datetime(2026, 12, 1, tzinfo=UTC))
    undo(account)
    assert Ownership.objects.get(account=account).until == FIRST.until


@pytest.mark.parametrize(
    ("zone", "at", "is_over"),
    [
        ("Pacific/Honolulu", datetime(2026, 12, 1, 6, tzinfo=UTC), False),
        ("UTC", datetime(2026, 11, 30, 18, tzinfo=UTC), False),
        ("Asia/Tokyo", datetime(2026, 11, 30, 18, tzinfo=UTC), True),
    ],
)
def test_the_last_day_is_over_where_the_organization_is(account, noon, zone, at, is_over):
    OrganizationCalendar.objects.create(pk=1, zone=zone, working_days=[0, 1, 2, 3, 4])
    noon.move_to(at)
    if is_over:
        with pytest.raises(Invalid, match="not over"):
            mark(account, FIRST)
    else:
        mark(account, FIRST)
