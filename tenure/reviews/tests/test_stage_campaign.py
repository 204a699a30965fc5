"""Staging freezes everything in scope, each with its facts, its flags and its reviewer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.audit.models import AuditEvent
from tenure.inventory.models import Account, Collection, Grant
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotFound
from tenure.reviews import canonical
from tenure.reviews.models import Campaign, ReviewItem
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.tests.conftest import item_of, items_of
from tenure.testing.factories import make_account, make_person


def test_everything_there_is_becomes_an_item(staged):
    campaign = staged()
    told = [(one.kind, one.path, str(one)) for one in items_of(campaign)]
    assert sorted(told) == [
        ("credential", "own", "Hugo Castell"),
        ("grant", "direct", "Hugo Castell"),
        ("grant", "direct", "Priya Raman"),
        ("grant", "group", "Hugo Castell"),
        ("grant", "organization", "Ada Lindqvist"),
        ("grant", "organization", "Hugo Castell"),
        ("grant", "organization", "Hugo Castell"),
        ("grant", "organization", "Priya Raman"),
        ("grant", "organization", "Sid Brandt"),
        ("grant", "organization", "labs-shared"),
        ("invitation", "organization", "new@halden.example"),
        ("service_account", "own", "ingest-batch"),
    ]
    assert campaign.snapshot.rows == 12
    assert campaign.snapshot.counts["kinds"] == {
        "grant": 9,
        "credential": 1,
        "invitation": 1,
        "service_account": 1,
    }


def test_a_row_says_all_that_a_reviewer_needs(staged, halden):
    item = item_of(staged(), path="group")
    assert (item.person_name, item.person_state, item.manager_name) == (
        "Hugo Castell",
        "current",
        "Rita Novak",
    )
    assert (item.role, item.resource_name, item.via_name) == (
        "member",
        "ingest-prod",
        "ML platform",
    )
    assert (
        item.began_at
        == Grant.objects.get(account=halden.accounts["hugo"], entitlement__kind="member").began_at
    )
    assert (item.delta, item.is_new) == ("first", False)


def test_a_group_that_gives_nothing_is_an_item_itself(staged, halden):
    Grant.objects.filter(group=halden.group).update(ended_at=now(), ended_known_by="provider")
    item = item_of(staged(), group=halden.group)
    assert (item.path, item.via_name, item.role) == ("membership", "ML platform", "")


def test_what_is_out_of_scope_is_left_out(staged, halden):
    halden.project.is_out_of_scope, halden.project.scope_reason = True, "A sandbox"
    halden.project.save()
    campaign = staged()
    assert not items_of(campaign).filter(resource=halden.project).exists()


def test_only_privileged_access_or_some_kinds(staged):
    assert {one.is_privileged for one in items_of(staged(scope="privileged"))} == {True}
    assert {one.kind for one in items_of(staged(kinds=["credential"]))} == {"credential"}


def test_one_statement_whatever_the_size(draft, who, halden):
    for _ in range(30):
        make_account(halden.connection, person=make_person())
    campaign = draft()
    with CaptureQueriesContext(
        database,
    ) as asked:
        stage_campaign(ref=campaign.ref, actor=who("mara"))
    written = [one["sql"] for one in asked if "INTO reviews_reviewitem" in one["sql"]]
    assert len(written) == 1
    assert len(asked) < 40


@pytest.mark.parametrize(
    ("rule", "path", "whose"),
    [
        ("manager", "direct", "Rita Novak"),
        ("system-owner", "direct", "Sid Brandt"),
        ("project-owner", "direct", "Sid Brandt"),
    ],
)
def test_the_rule_finds_the_reviewer(staged, halden, rule, path, whose):
    item = item_of(staged(rule=rule), path=path, account=halden.accounts["hugo"])
    assert str(item.reviewer) == whose
    assert item.assigned_by == ("fallback" if rule == "project-owner" else rule)


def test_a_project_owner_reviews_its_members(staged, halden):
    item = item_of(staged(rule="project-owner"), account=halden.accounts["priya"], path="direct")
    assert (str(item.reviewer), item.assigned_by) == ("Hugo Castell", "project-owner")


def test_a_named_reviewer_does_not_get_their_own_not_even_of_another_account(staged):
    campaign = staged(rule="named", named="hugo@halden.example")
    own = items_of(campaign).filter(person_name="Hugo Castell")
    assert own.count() == 5
    assert {str(one.reviewer) for one in own} == {"Sid Brandt"}


def test_nor_that_of_an_account_with_their_address_that_nobody_linked(staged, halden):
    make_account(halden.connection, email="hugo@halden.example", external_id="user-hugo-3")
    item = item_of(staged(rule="named", named="hugo@halden.example"), principal_id="user-hugo-3")
    assert item.is_unlinked
    assert str(item.reviewer) == "Sid Brandt"


def test_whom_the_fallback_is_nobody_reviews_yet(staged, halden):
    item = item_of(staged(), account=halden.accounts["sid"])
    assert item.reviewer is None
    assert Campaign.objects.get().snapshot.counts["flags"]["nobody"] == 1


def test_a_manager_who_left_is_not_asked(staged, halden):
    rita = halden.people["rita"]
    rita.ends_at = now() - timedelta(days=1)
    rita.save()
    item = item_of(staged(), account=halden.accounts["hugo"], path="direct")
    assert (str(item.reviewer), item.assigned_by) == ("Sid Brandt", "fallback")


def test_it_is_refused_on_what_was_not_read_lately(draft, who):
    Collection.objects.filter(kind="users").update(completed_at=now() - timedelta(days=3))
    Collection.objects.filter(kind="project_keys").update(state="unavailable")
    campaign = draft()
    with pytest.raises(
        Conflict, match="Not everything in scope was read lately: Project keys of OpenAI"
    ):
        stage_campaign(ref=campaign.ref, actor=who("mara"))
    stage_campaign(ref=campaign.ref, override_reason="The provider is down", actor=who("mara"))
    campaign.refresh_from_db()
    assert campaign.snapshot.override_reason == "The provider is down"
    told = {one["kind"]: one["not_fresh"] for one in campaign.snapshot.freshness}
    assert (told["users"], told["project_keys"]) == ({"stale": 1}, {"unavailable": 1})
    assert AuditEvent.objects.get(verb="campaign.staged").detail["overrides"] == 2


def test_what_is_fresh_needs_no_reason(draft, who):
    campaign = stage_campaign(ref=draft().ref, override_reason="Why not", actor=who("mara"))
    assert campaign.snapshot.override_reason == ""


def test_staging_again_takes_another_snapshot_and_keeps_the_first(staged, who):
    campaign = staged()
    first = campaign.snapshot
    again = stage_campaign(ref=campaign.ref, actor=who("mara"))
    assert again.snapshot.number == 2
    assert ReviewItem.objects.filter(snapshot=first).count() == 12
    assert again.snapshot.sha256 == first.sha256 == canonical.sha256(first)


def test_it_takes_the_permission(draft, who):
    campaign = draft()
    with pytest.raises(NotFound):
        stage_campaign(ref=campaign.ref, actor=who("sid"))


def test_who_is_gone_is_no_item(staged, halden):
    Account.objects.filter(pk=halden.stranger.pk).update(
        status="gone", ended_at=now(), ended_known_by="provider"
    )
    assert not items_of(staged()).filter(account=halden.stranger).exists()


def test_what_an_earlier_campaign_did_not_cover_is_not_new(opened, staged, decide_all, who):
    def done(**said):
        campaign = opened(**said)
        decide_all(campaign)
        close_campaign(ref=campaign.ref, actor=who("mara"))
        return campaign

    done(scope="privileged")
    everything = done(title="All")
    told = set(items_of(everything).values_list("delta", "is_privileged", "is_new"))
    assert told == {("same", True, False), ("first", False, False)}
    Account.objects.filter(external_id="user-priya").update(role="owner")
    changed = done(title="Changed", scope="changed")
    assert {one.principal_id for one in items_of(changed)} == {"user-priya"}
    # What is changed was reviewed, and is not asked again.
    assert not items_of(staged(title="Again", scope="changed")).exists()
