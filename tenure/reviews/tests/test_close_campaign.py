"""Closing carries out what was decided; with nothing to do the campaign is complete."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.provisioning.models import ProvisioningOperation
from tenure.reviews.models import Remediation
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.tests.conftest import item_of


def test_not_while_something_is_not_submitted(opened, who):
    with pytest.raises(Conflict, match="12 items are not submitted yet"):
        close_campaign(ref=opened().ref, actor=who("mara"))


def test_nothing_to_remove_completes_it(opened, decide_all, who):
    campaign = close_campaign(ref=decide_all(opened()).ref, actor=who("mara"))
    assert campaign.state == "completed"
    assert campaign.completed_at is not None
    assert not Remediation.objects.exists()


def test_each_removal_becomes_what_it_means(opened, decide_all, who, halden):
    campaign = opened()
    hugo = halden.accounts["hugo"]
    gone = [
        item_of(campaign, kind="credential"),
        item_of(campaign, path="group"),
        item_of(campaign, account=hugo, path="direct"),
        item_of(campaign, account=halden.second),
        item_of(campaign, kind="invitation"),
        item_of(campaign, kind="service_account"),
    ]
    closed = close_campaign(ref=decide_all(campaign, remove=gone).ref, actor=who("mara"))
    assert closed.state == "remediation"
    by_rank = ProvisioningOperation.objects.order_by("rank", "target_kind")
    kinds = by_rank.values_list("target_kind", flat=True)
    assert list(kinds) == [
        "project_key",
        "invitation",
        "service_account",
        *("group_member", "project_member"),
        "member",
    ]
    assert {one.cause_ref for one in ProvisioningOperation.objects.all()} == {str(campaign.ref)}
    assert set(Remediation.objects.values_list("state", flat=True)) == {"in_progress"}


def test_what_is_gone_by_then_is_closed_as_such(opened, decide_all, who, halden):
    campaign = opened()
    item = item_of(campaign, kind="credential")
    decide_all(campaign, remove=[item])
    halden.key.ended_at, halden.key.ended_known_by = campaign.opened_at, "provider"
    halden.key.save()
    closed = close_campaign(ref=campaign.ref, actor=who("mara"))
    assert closed.state == "completed"
    assert item.remediation.state == "already_gone"
    assert "was gone already" in item.remediation.was_changed


def test_what_an_identity_provider_manages_is_done_by_hand(opened, decide_all, who, halden):
    halden.group.is_scim_managed = True
    halden.group.save()
    campaign = opened()
    item = item_of(campaign, path="group")
    close_campaign(ref=decide_all(campaign, remove=[item]).ref, actor=who("mara"))
    operation = item.remediation.operation
    assert operation.mode == "manual"
    assert "managed by your identity provider" in operation.instructions
    assert "group ML platform" in operation.instructions


def test_what_changed_since_is_said(opened, decide_all, who, halden):
    campaign = opened()
    item = item_of(campaign, account=halden.accounts["priya"], path="organization")
    decide_all(campaign, remove=[item])
    halden.accounts["priya"].role = "owner"
    halden.accounts["priya"].save()
    close_campaign(ref=campaign.ref, actor=who("mara"))
    assert item.remediation.was_changed == "The role is owner now; it was reader."
