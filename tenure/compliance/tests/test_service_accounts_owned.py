from __future__ import annotations

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import DAY, MARA, NOON, TODAY
from tenure.compliance.tests.judging import ask, inputs, row
from tenure.inventory.models import Account, Collection
from tenure.testing.factories import (
    make_account,
    make_member,
    make_person,
    make_project,
)
from tenure.testing.machines import make_service

SLUG = "service-accounts-owned"
LEFT = TODAY - 2 * DAY


@pytest.fixture
def mei(organization):
    return make_person("Mei Tanaka")


@pytest.fixture
def priya(organization):
    return make_person("Priya Raman")


def test_two_people_who_are_here_are_enough(organization, mei, priya):
    make_service(organization, mei, priya)
    assert not ask(SLUG)
    assert (row(SLUG).state, row(SLUG).coverage["judged"]) == ("ok", 1)


def test_one_that_nobody_marked_is_due_from_when_we_could_have_known(organization):
    make_account(organization, kind="service", name="nightly", began_at=NOON - 900 * DAY)
    (finding,) = ask(SLUG).values()
    assert finding.since == organization.connected_at
    assert finding.account.name == "nightly"
    assert sentence(finding) == ("The service account nightly has no owner and no backup owner.")


@pytest.mark.parametrize(
    ("owner", "backup", "says"),
    [
        ("", "Mei", "has no owner."),
        ("Mei", "", "has no backup owner."),
        ("Mei", "Mei", "has nobody but Mei to answer for it."),
        ("Hugo", "Mei", "has Hugo as owner, who left on 21 Nov 2026."),
        ("Mei", "Hugo", "has Hugo as backup owner, who left on 21 Nov 2026."),
        ("Hugo", "Gus", "who left on 21 Nov 2026 and has Gus as backup owner, who left on 21 N"),
    ],
)
def test_both_must_be_named_and_here(organization, owner, backup, says):
    people = {"": None, "Mei": make_person("Mei")}
    people |= {name: make_person(name, ends_on=LEFT) for name in ("Hugo", "Gus")}
    make_service(organization, people[owner], people[backup], decided_at=NOON - DAY / 4)
    (finding,) = ask(SLUG).values()
    assert says in sentence(finding)
    has_left = {"Hugo", "Gus"} & {owner, backup}
    assert finding.since == (people["Hugo"].ends_at if has_left else NOON - DAY / 4)


@pytest.mark.parametrize(("days", "fails"), [(0, False), (-1, True)])
def test_the_day_of_review_is_the_last_without_a_finding(organization, mei, priya, days, fails):
    account = make_service(organization, mei, priya, review_on=TODAY + days * DAY)
    found = ask(SLUG)
    assert bool(found) == fails
    for finding in found.values():
        assert finding.since == NOON.replace(hour=0)
        assert "was to be looked at again by 22 Nov 2026." in sentence(finding)
    assert account.ownership.review_on


def test_an_exemption_ends_when_another_owns_it(organization, mei):
    account = make_service(organization, mei)
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Owner: Person"] == str(mei.ref)
    account.ownership.owner = make_person("Ines")
    account.ownership.save()
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Owner"] == "Ines"


def test_one_that_only_a_project_out_of_scope_has_is_counted_and_not_judged(organization):
    sandbox = make_project(organization, "Sandbox")
    account = make_account(organization, kind="service", is_listed=False)
    make_member(sandbox, account)
    assert len(ask(SLUG)) == 1
    sandbox.is_out_of_scope, sandbox.scope_reason = True, "Play"
    sandbox.save()
    assert not ask(SLUG)
    assert row(SLUG).coverage["in projects out of scope"] == 1


def test_what_is_gone_needs_nobody(organization):
    account = make_account(organization, kind="service")
    Account.objects.filter(pk=account.pk).update(status="gone", ended_at=NOON)
    assert not ask(SLUG)


def test_none_is_an_answer_and_a_project_that_was_not_read_is_not(organization):
    ask(SLUG)
    assert row(SLUG).state == "ok"
    make_project(organization)
    Collection.objects.filter(kind="service_accounts").update(completed_at=None)
    run_tests(slugs=[SLUG], actor=MARA)
    assert row(SLUG).state == "invalid"
    assert "service accounts of" in row(SLUG).state_reason
