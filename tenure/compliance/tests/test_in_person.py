"""What decides over access is decided by somebody, never by the command line alone."""

from __future__ import annotations

import pytest

from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.withdraw_exemption import withdraw_exemption
from tenure.compliance.tests.cases import NEXT_WEEK, refs, stray
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import AccountLink
from tenure.inventory.operations.confirm_links import confirm_links
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.reject_links import reject_links
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import link, make_person
from tenure.users.actors import local_operator

pytestmark = pytest.mark.django_db
SHARED = Mark(kind="shared", owner="priya@x.example", reason="A colleague looks after it")


def exempt(finding, by):
    exempt_findings(finding_refs=refs(finding), reason="A pilot", until=NEXT_WEEK, actor=by)


def mark(finding, by):
    mark_account(account_ref=finding.account.ref, said=SHARED, actor=by)


def tie(finding, by):
    link_account(account_ref=finding.account.ref, email="priya@x.example", actor=by)


def untie(finding, by):
    if not finding.account.links.exists():
        link(finding.account, make_person())
    unlink_account(account_ref=finding.account.ref, reason="It is nobody's", actor=by)


def suggestion(finding) -> AccountLink:
    return finding.account.links.get_or_create(
        person=make_person(),
        state="proposed",
        method="similar_name",
        confidence="low",
        decided_at=finding.opened_at,
        decided_by="automatic",
    )[0]


def confirm(finding, by):
    confirm_links(link_refs=[suggestion(finding).ref], actor=by)


def reject(finding, by):
    reject_links(link_refs=[suggestion(finding).ref], actor=by)


def undo(finding, by):
    if not finding.account.words.exists():
        tie(finding, actor_of("mara"))
    undo_account_word(account_ref=finding.account.ref, actor=by)


@pytest.mark.parametrize("decide", [exempt, mark, tie, untie, confirm, reject, undo])
def test_the_local_operator_decides_nothing_once_there_is_an_admin(organization, decide):
    make_person("Priya Raman", email="priya@x.example")
    finding, before = stray(organization), stray(organization)
    decide(before, local_operator())
    user_of("ada")
    with pytest.raises(NotAllowed, match="person's decision: sign in"):
        decide(finding, local_operator())
    decide(finding, actor_of("mara"))


def test_the_local_operator_takes_back_what_was_accepted(organization):
    """To withdraw an exemption excuses nobody: it is to repair."""
    user_of("ada")
    finding = stray(organization)
    exempt(finding, actor_of("mara"))
    withdraw_exemption(finding_ref=finding.ref, reason="A mistake", actor=local_operator())
    finding.refresh_from_db()
    assert finding.state == "open"
