from __future__ import annotations

import pytest

from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.testing.factories import make_invitation, make_person

SLUG = "owner-invites"


@pytest.mark.parametrize(
    ("role", "status", "fails"),
    [("owner", "pending", True), ("reader", "pending", False), ("owner", "accepted", False)],
)
def test_nobody_is_offered_to_own_the_organization(organization, role, status, fails):
    invited_at = NOON - DAY / 2
    make_invitation(organization, "a@x.example", role=role, status=status, invited_at=invited_at)
    found = ask(SLUG)
    assert bool(found) == fails
    assert row(SLUG).state == ("needs_attention" if fails else "ok")
    for finding in found.values():
        assert (finding.since, finding.due_at) == (invited_at, invited_at + DAY)


def test_it_names_the_person_who_has_the_address(organization):
    person = make_person()
    make_invitation(organization, person.email, role="owner")
    (finding,) = ask(SLUG).values()
    assert finding.person == person


def test_the_coverage_counts_all_that_are_pending(organization):
    make_invitation(organization, "a@x.example")
    make_invitation(organization, "b@x.example", role="owner")
    ask(SLUG)
    assert (row(SLUG).coverage["of"], row(SLUG).coverage["judged"]) == (2, 2)
