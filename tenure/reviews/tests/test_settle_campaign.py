"""The remediation of a campaign, through the simulator: what it tells is what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.conftest import _organization, connection, openai, sync
from tenure.lib.clock import now
from tenure.provisioning import acting
from tenure.provisioning.operations.confirm_operations import confirm_operations
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.provisioning.tests.conftest import later
from tenure.reviews.models import Campaign, Remediation
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.operations.settle_campaign import settle_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.settings_of import Settings
from tenure.reviews.tests.conftest import items_of
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "connection", "later", "openai", "sync"]
HUGO, PRIYA = "hugo@halden.example", "priya@halden.example"


@pytest.fixture
def closing(connection, openai, sync):
    """Hugo and Priya are members; Rita decides that both go, and the campaign is closed."""
    for email, name in ((HUGO, "Hugo Castell"), (PRIYA, "Priya Raman")):
        openai.add_user(email, name=name)
        make_person(name, email=email)
    rita = make_person("Rita Novak", email="rita@halden.example")
    sync()
    link_accounts(actor=actor_of("ada"))
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    ada, by_rita = actor_of("ada", person_id="x"), actor_of("rita", person_id=str(rita.ref))
    campaign = create_campaign(
        settings=Settings(
            title="Two",
            connections=[connection.ref],
            due_at=now() + timedelta(days=7),
            kinds=["grant"],
            rule="named",
            named="rita@halden.example",
        ),
        actor=ada,
    )
    stage_campaign(ref=campaign.ref, override_reason="It has just been read", actor=ada)
    open_campaign(ref=campaign.ref, actor=ada)
    for item in items_of(campaign):
        goes = item.account_email in (HUGO, PRIYA) and item.path == "organization"
        decide_review_item(
            ref=item.ref, decision="remove" if goes else "keep", reason="So", actor=by_rita
        )
    submit_review(campaign_ref=campaign.ref, attests=True, actor=by_rita)
    return lambda: close_campaign(ref=campaign.ref, actor=ada)


def work(campaign):
    for one in Remediation.objects.filter(campaign=campaign).select_related("operation"):
        acting.work(one.operation.batch, actor=actor_of("ada"))
    settle_campaign(ref=campaign.ref, actor=actor_of("ada"))
    campaign.refresh_from_db()
    return dict(
        Remediation.objects.filter(campaign=campaign).values_list("item__account_email", "state")
    )


def test_complete_only_when_a_read_shows_that_it_is_gone(closing, openai):
    campaign = closing()
    assert campaign.state == "remediation"
    assert work(campaign) == {HUGO: "verified", PRIYA: "verified"}
    assert campaign.state == "completed"
    assert not {HUGO, PRIYA} & {one["email"] for one in openai.users()}


def test_failed_then_done_then_back_again(closing, openai, sync, later):
    openai.change_user(HUGO, email="hugo.c@halden.example")
    campaign = closing()
    assert work(campaign) == {HUGO: "failed", PRIYA: "verified"}
    assert campaign.state == "remediation"
    failed = Remediation.objects.get(item__account_email=HUGO)
    assert "e-mail changed" in failed.reason
    openai.add_user(PRIYA, name="Priya Raman")
    later(3600)
    sync()
    confirm_operations(actor=actor_of("ada"))
    settle_campaign(ref=campaign.ref, actor=actor_of("ada"))
    back = Remediation.objects.get(item__account_email=PRIYA)
    assert (back.state, back.reopened) == ("failed", 1)
    assert Campaign.objects.get().state == "remediation"
    for one in Remediation.objects.all():
        retry_operation(ref=one.operation.ref, actor=actor_of("ada"))
    assert set(work(campaign).values()) == {"verified"}
    assert campaign.state == "completed"
    assert Account.objects.filter(email=PRIYA, status="active").count() <= 1
