from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, freshly_read, inputs, row
from tenure.inventory.models import Account
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection
from tenure.testing.lengths import length

SLUG = "inactive-accounts"
MIDNIGHT = NOON.replace(hour=0)


def used(connection, at: datetime, *, source: str = "usage", **given: Any) -> Account:
    return make_account(connection, last_active_at=at, last_active_source=source, **given)


@pytest.mark.parametrize(
    ("at", "fails"),
    [
        (MIDNIGHT - 90 * DAY, False),
        (NOON - 90 * DAY, False),
        (MIDNIGHT - 90 * DAY - DAY / 24, True),
        (NOON - 400 * DAY, True),
        (NOON, False),
    ],
)
def test_an_account_may_rest_for_ninety_whole_days(organization, at, fails):
    one = used(organization, at, began_at=NOON - 500 * DAY)
    assert (f"account:{one.ref}" in ask(SLUG)) == fails


def test_the_time_allowed_begins_when_it_became_dormant(organization):
    used(organization, NOON - 100 * DAY, source="user_record", began_at=NOON - 500 * DAY)
    (finding,) = ask(SLUG).values()
    assert finding.since == MIDNIGHT - 9 * DAY
    assert finding.due_at == MIDNIGHT + 21 * DAY
    assert inputs(finding)["Known from"] == "user_record"


def test_unknown_is_not_never_and_not_active_either(organization):
    make_account(organization, began_at=NOON - 500 * DAY, added_at=NOON - 500 * DAY)
    used(organization, NOON - DAY)
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"
    assert row(SLUG).coverage == {
        "what": "accounts", "of": 2, "judged": 1, "activity unknown": 1, "exempted": 0,
    }  # fmt: skip


def test_more_than_half_unknown_is_no_answer(organization):
    used(organization, NOON - DAY)
    for _ in range(2):
        make_account(organization)
    assert not ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert "2 of 3 accounts nobody knows the last activity" in row(SLUG).state_reason


def test_that_is_so_also_where_something_is_found(organization):
    used(organization, NOON - 100 * DAY)
    for _ in range(2):
        make_account(organization)
    assert len(ask(SLUG)) == 1
    assert row(SLUG).state == "invalid"


def test_whoever_comes_back_closes_the_finding(organization):
    one = used(organization, NOON - 100 * DAY)
    assert ask(SLUG)
    Account.objects.filter(pk=one.pk).update(last_active_at=NOON)
    assert not ask(SLUG)


def test_every_kind_of_account_that_works_is_asked_about(organization):
    old = NOON - 100 * DAY
    kinds = ["person", "external", "service", "shared"]
    asked = {f"account:{used(organization, old, kind=kind).ref}" for kind in kinds}
    used(organization, old, status="gone", ended_at=NOON)
    used(make_connection(state="disconnected"), old)
    assert set(ask(SLUG)) == asked


def test_the_days_are_a_setting_that_is_printed(organization):
    used(organization, NOON - 40 * DAY)
    assert not ask(SLUG)
    set_test(
        slug=SLUG, sla_days=30, sla_unit="calendar", thresholds={"days": 30}, actor=actor_of("ada")
    )
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Days without activity"] == 30


def test_a_list_of_users_that_is_old_is_no_answer(organization, noon):
    used(organization, NOON)
    noon.shift(DAY)
    ask(SLUG)
    assert row(SLUG).state == "invalid"
    freshly_read()
    ask(SLUG)
    assert row(SLUG).state == "ok"


@pytest.mark.django_db
@settings(
    max_examples=length(20, full=200), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ages=st.lists(st.none() | st.integers(0, 24 * 200), min_size=1, max_size=8))
def test_it_finds_who_is_known_to_be_dormant_and_answers_when_half_is_known(
    organization, noon, ages
):
    with transaction.atomic():
        moments = [None if hours is None else NOON - hours * DAY / 24 for hours in ages]
        accounts = [
            make_account(organization) if at is None else used(organization, at) for at in moments
        ]
        found = set(ask(SLUG))
        dormant = [at is not None and (NOON.date() - at.date()).days > 90 for at in moments]
        assert found == {
            f"account:{one.ref}" for one, is_so in zip(accounts, dormant, strict=True) if is_so
        }
        unknown = ages.count(None)
        said = row(SLUG)
        assert said.coverage["judged"] == len(ages) - unknown
        if unknown * 2 > len(ages):
            assert said.state == "invalid"
        else:
            assert said.state == ("needs_attention" if found else "ok")
        transaction.set_rollback(True)
