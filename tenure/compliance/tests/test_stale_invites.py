from __future__ import annotations

import pytest

from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, freshly_read, inputs, row
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection, make_invitation, make_person

SLUG = "stale-invites"


@pytest.mark.parametrize(
    ("age", "status", "fails"),
    [(6.9, "pending", False), (7, "pending", False), (7.1, "pending", True), (9, "expired", False)],
)
def test_an_invitation_may_wait_for_a_week(organization, age, status, fails):
    invited_at = NOON - age * DAY
    one = make_invitation(organization, "new@x.example", invited_at=invited_at, status=status)
    found = ask(SLUG)
    assert (f"invitation:{one.ref}" in found) == fails
    if fails:
        (finding,) = found.values()
        assert finding.since == invited_at + 7 * DAY
        assert finding.due_at == invited_at + 14 * DAY
        assert inputs(finding)["Address"] == "new@x.example"


def test_it_is_as_old_as_we_know_when_the_provider_does_not_say(organization):
    make_invitation(organization, "new@x.example", began_at=NOON - 8 * DAY)
    (finding,) = ask(SLUG).values()
    assert finding.since == NOON - DAY


def test_it_names_the_person_who_has_the_address(organization):
    person = make_person()
    person.other_emails.create(email="p@x.example", email_key="p@x.example")
    for address in (person.email.upper(), "P@x.example"):
        make_invitation(organization, address, invited_at=NOON - 9 * DAY)
    assert {one.person for one in ask(SLUG).values()} == {person}


def test_the_days_are_a_setting_that_is_printed(organization):
    make_invitation(organization, "new@x.example", invited_at=NOON - 4 * DAY)
    assert not ask(SLUG)
    set_test(
        slug=SLUG,
        sla_days=7,
        sla_unit="calendar",
        thresholds={"days": 3},
        actor=actor_of("ada"),
    )
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Days an invitation may wait"] == 3


def test_none_pending_is_an_answer(organization, noon):
    one = make_invitation(organization, "new@x.example", invited_at=NOON - 9 * DAY)
    ask(SLUG)
    one.status = "accepted"
    one.save()
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"
    noon.shift(DAY)
    ask(SLUG)
    assert row(SLUG).state == "invalid", "the list of invitations is a day old"
    freshly_read()
    ask(SLUG)
    assert row(SLUG).state == "ok"


def test_what_is_disconnected_or_no_longer_listed_does_not_count(organization):
    make_invitation(make_connection(state="disconnected"), "a@x.example", invited_at=NOON - 9 * DAY)
    make_invitation(organization, "b@x.example", invited_at=NOON - 9 * DAY, ended_at=NOON)
    assert not ask(SLUG)
