"""What leavers are still in when their account is gone."""

from __future__ import annotations

from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON, TODAY
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Account, Collection, Grant
from tenure.testing.factories import (
    make_account,
    make_group,
    make_member,
    make_person,
    make_project,
)

SLUG = "leavers-deprovisioned"
LEFT = TODAY - 5 * DAY
ENDED = {"ended_at": NOON, "ended_known_by": "between_reads"}


def test_a_place_in_projects_and_groups_outlives_an_account(organization):
    person = make_person("Hugo", ends_on=LEFT)
    account = make_account(organization, person=person)
    project, group = make_project(organization), make_group(organization)
    make_member(project, account)
    make_member(group, account)
    (before,) = ask(SLUG).values()
    Account.objects.filter(pk=account.pk).update(status="gone", ended_at=NOON)
    (finding,) = ask(SLUG).values()
    # Of the same account, so that nothing begins anew.
    assert (finding.pk, finding.due_at) == (before.pk, before.due_at)
    said = "and still has a place in 1 project and in 1 group, though no account any more."
    assert sentence(finding).endswith(said)
    Grant.objects.filter(collection__kind="project_users").update(**ENDED)
    (finding,) = ask(SLUG).values()
    assert "in 1 group, though" in sentence(finding)
    Grant.objects.update(**ENDED)
    assert not ask(SLUG)


def test_without_the_members_of_groups_nobody_says_that_leavers_hold_nothing(organization):
    make_group(organization)
    account = make_account(organization, person=make_person())
    Collection.objects.filter(kind="group_users").update(state="unavailable", reason="No scope.")
    assert not ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert row(SLUG).state_reason.startswith("The members of groups of")
    # An account of somebody who left is found all the same, and is over when it is gone.
    account.links.update(person=make_person(ends_on=LEFT))
    assert len(ask(SLUG)) == 1
    assert row(SLUG).state == "needs_attention"
    Account.objects.update(status="gone", ended_at=NOON)
    assert not ask(SLUG)
    assert row(SLUG).state == "invalid"
