from __future__ import annotations

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, MARA, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.inventory.models import Collection
from tenure.provisioning import planned
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.testing.factories import make_account, make_person

SLUG = "removed-access-stays-removed"


@pytest.fixture
def removed(organization):
    """A member whose removal was read back two days ago, and looked for since."""
    person = make_person("Mina Sol")
    account = make_account(organization, person=person, email="mina@halden.example")
    (operation,) = plan_operations(
        plans=[planned.of_member(account, person=person)],
        cause=planned.Cause(why="Mina Sol leaves (OFF-1)"),
        actor=MARA,
    )
    become(operation, state="verified", verified_at=NOON - 2 * DAY)
    Collection.objects.filter(kind="users").update(complete_from=NOON - DAY)
    return operation


def become(operation, **columns):
    ProvisioningOperation.objects.filter(pk=operation.pk).update(**columns)


def test_what_stays_gone_passes(removed):
    assert not ask(SLUG)
    assert (row(SLUG).state, row(SLUG).coverage["judged"]) == ("ok", 1)


def test_what_came_back_fails_until_it_is_removed_again(organization, removed):
    back = {"state": "blocked", "block": "came_back", "reason": "It is there again."}
    become(removed, reappeared_at=NOON - DAY, **back)
    (finding,) = ask(SLUG).values()
    assert (finding.subject, finding.since) == (f"operation:{removed.ref}", NOON - DAY)
    assert (finding.account, finding.person) == (removed.account, removed.person)
    said = "The member mina@halden.example was removed, and is there again."
    assert sentence(finding) == said
    become(removed, state="queued", block="", reason="")
    assert len(ask(SLUG)) == 1
    become(removed, state="verified", verified_at=NOON)
    Collection.objects.filter(kind="users").update(complete_from=NOON + DAY)
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"


@pytest.mark.parametrize(("state", "fails"), [("overridden", 0), ("cancelled", 1)])
def test_only_a_reason_of_somebody_who_may_approve_lets_it_stay(removed, state, fails):
    become(removed, state=state, reason="They are needed", reappeared_at=NOON - DAY)
    assert len(ask(SLUG)) == fails


def test_what_was_not_looked_for_since_is_no_answer(removed):
    become(removed, verified_at=NOON)
    assert not ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert (
        row(SLUG).state_reason == "None of the 1 removals could be judged; wait for the next sync."
    )


def test_where_nothing_was_removed_there_is_nothing_to_ask(organization):
    ask(SLUG)
    assert row(SLUG).state == "not_applicable"
    assert row(SLUG).state_reason == "Nothing has been removed through Tenure yet."
