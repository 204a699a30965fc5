from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenure.compliance.operations.set_calendar import set_calendar
from tenure.compliance.tests.cases import DAY, NEXT_WEEK, NOON, TODAY
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Ownership
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_person

SLUG = "external-sponsored"


def outsider(connection, **said):
    account = make_account(connection, kind="external")
    if said:
        Ownership.objects.create(
            account=account, decided_at=NOON - 10 * DAY, decided_by="Mara", **said
        )
    return account


def test_with_a_sponsor_and_a_day_to_come_all_is_well(organization):
    outsider(organization, sponsor=make_person(), until=NEXT_WEEK)
    outsider(organization, sponsor=make_person(), until=TODAY)
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"


@pytest.mark.parametrize("missing", ["sponsor", "until", "both"])
def test_without_either_it_fails_since_that_was_said(organization, missing):
    said = {"sponsor": make_person(), "until": NEXT_WEEK}
    if missing == "both":
        said = {"purpose": "Audit"}
    else:
        del said[missing]
    account = outsider(organization, **said)
    (finding,) = ask(SLUG).values()
    assert finding.account == account
    assert (finding.since, finding.due_at) == (NOON - 10 * DAY, NOON - 7 * DAY)


def test_an_account_nobody_said_anything_about_fails_since_we_know_it(organization):
    account = outsider(organization)
    (finding,) = ask(SLUG).values()
    assert finding.since == max(account.began_at, organization.connected_at)


def test_the_last_day_is_over_at_midnight_where_the_organization_is(organization, noon):
    set_calendar(zone="Asia/Tokyo", working_days=[0, 1, 2, 3, 4], actor=actor_of("ada"))
    outsider(organization, sponsor=make_person(), until=TODAY)
    over_at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    organization.collections.update(completed_at=over_at)
    noon.move_to(over_at - timedelta(milliseconds=1))
    assert not ask(SLUG)
    noon.move_to(over_at)
    (finding,) = ask(SLUG).values()
    assert finding.since == over_at


def test_a_sponsor_who_left_answers_for_nobody(organization):
    sponsor = make_person(ends_on=TODAY - 4 * DAY)
    outsider(organization, sponsor=sponsor, until=NEXT_WEEK)
    (finding,) = ask(SLUG).values()
    assert finding.since == sponsor.ends_at


def test_employees_need_no_sponsor_and_gone_accounts_none_any_more(organization):
    make_account(organization, person=make_person())
    account = outsider(organization)
    account.status, account.ended_at = "gone", NOON
    account.save()
    assert not ask(SLUG)
    assert (row(SLUG).state, row(SLUG).coverage["of"]) == ("ok", 0)
