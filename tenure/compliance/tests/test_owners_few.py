from __future__ import annotations

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON, TODAY
from tenure.compliance.tests.judging import ask, freshly_read, inputs, row
from tenure.inventory.models import Account, Collection, Grant
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_group,
    make_member,
    make_person,
)
from tenure.testing.machines import make_organization, make_role

SLUG = "owners-few"


def employ(connection, *, owners: int, others: int, kind: str = "person"):
    for number in range(owners + others):
        role = "owner" if number < owners else "reader"
        make_account(connection, person=make_person(), role=role, kind=kind)


@pytest.mark.parametrize(
    ("owners", "others", "state"),
    [
        (1, 1, "not_applicable"),
        (0, 2, "not_applicable"),
        (0, 3, "needs_attention"),
        (1, 2, "needs_attention"),
        (2, 1, "ok"),
        (3, 7, "ok"),
        (4, 6, "needs_attention"),
        (4, 76, "ok"),
        (4, 75, "needs_attention"),
        (5, 75, "needs_attention"),
    ],
)
def test_at_least_two_and_at_most_three_or_five_percent(organization, owners, others, state):
    employ(organization, owners=owners, others=others)
    found = ask(SLUG)
    assert row(SLUG).state == state
    assert bool(found) == (state == "needs_attention")
    for subject, finding in found.items():
        assert subject == f"connection:{organization.ref}:owners"
        assert (inputs(finding)["Owners"], finding.since) == (owners, NOON)


def test_only_accounts_of_people_count(organization):
    employ(organization, owners=2, others=1)
    employ(organization, owners=3, others=3, kind="service")
    employ(organization, owners=3, others=3, kind="external")
    assert not ask(SLUG)


def test_each_organization_is_judged_by_itself(organization):
    small, other = make_connection(), make_connection()
    employ(organization, owners=2, others=2)
    employ(small, owners=2, others=0)
    employ(other, owners=1, others=4)
    assert list(ask(SLUG)) == [f"connection:{other.ref}:owners"]
    assert row(SLUG).coverage["in too small an organization"] == 2


def test_every_owner_may_hold_access(organization):
    employ(organization, owners=2, others=3)
    gone = make_person(ends_on=TODAY - 3 * DAY)
    account = make_account(organization, person=gone, role="owner")
    make_account(organization, person=gone)
    (finding,) = ask(SLUG).values()
    assert finding.subject == f"account:{account.ref}"
    assert (finding.person, finding.since) == (gone, gone.ends_at)


def test_the_clock_runs_from_when_we_first_saw_it(organization, noon):
    employ(organization, owners=1, others=4)
    ask(SLUG)
    noon.shift(DAY)
    freshly_read()
    (finding,) = ask(SLUG).values()
    assert (finding.since, finding.due_at) == (NOON, NOON + 7 * DAY)


def test_owners_of_nobody_are_counted_and_named_as_not_judged(organization):
    employ(organization, owners=2, others=2)
    make_account(organization, role="owner")
    ask(SLUG)
    assert row(SLUG).coverage["owners unlinked"] == 1
    assert (row(SLUG).coverage["of"], row(SLUG).coverage["judged"]) == (5, 4)


def test_the_numbers_are_settings(organization):
    employ(organization, owners=5, others=5)
    assert ask(SLUG)
    wide = {"least": 1, "most": 5, "percent": 0}
    set_test(slug=SLUG, sla_days=7, sla_unit="calendar", thresholds=wide, actor=actor_of("ada"))
    assert not ask(SLUG)


def test_no_accounts_at_all_are_no_reason_for_a_green(organization):
    ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert "no accounts of people to judge" in row(SLUG).state_reason


@pytest.fixture
def owning_group(organization):
    """`owning_group(*accounts)`: they own the organization through the group Admins."""

    def make(*accounts):
        group = make_group(organization, "Admins")
        whole = make_organization(organization)
        make_role(whole, "owner", group=group, collection=group.collections.get(kind="group_roles"))
        for account in accounts:
            make_member(group, account)
        return group

    return make


def test_who_owns_through_a_group_is_an_owner_and_counted_once(organization, owning_group):
    employ(organization, owners=1, others=4)
    assert ask(SLUG)
    both, reader = Account.objects.filter(role="owner").first(), Account.objects.last()
    group = owning_group(both, reader)
    assert not ask(SLUG)
    Grant.objects.filter(entitlement__resource=group).update(
        ended_at=NOON, ended_known_by="between_reads"
    )
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Owners"] == 1


def test_an_owner_through_a_group_who_left_is_named_with_the_group(organization, owning_group):
    employ(organization, owners=2, others=2)
    gone = make_person("Hugo", ends_on=TODAY - 3 * DAY)
    owning_group(make_account(organization, person=gone))
    (finding,) = ask(SLUG).values()
    said = "Hugo owns the organization through the group Admins and left on 20 Nov 2026."
    assert sentence(finding) == said


def test_what_a_single_account_was_given_counts_and_what_is_inherited_does_not(organization):
    employ(organization, owners=1, others=4)
    reader, other = Account.objects.filter(role="reader")[:2]
    whole, collection = make_organization(organization), organization.collections.get(kind="users")
    make_role(whole, "owner", account=other, collection=collection, via_group_ids="group_1")
    assert ask(SLUG)
    make_role(whole, "owner", account=reader, collection=collection)
    assert not ask(SLUG)


def test_without_the_groups_few_owners_are_no_answer(organization):
    employ(organization, owners=2, others=4)
    make_group(organization)
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"
    Collection.objects.filter(kind="group_roles").update(completed_at=None)
    ask(SLUG)
    assert row(SLUG).state == "invalid"
