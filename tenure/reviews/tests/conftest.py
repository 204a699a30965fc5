from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.reviews.models import Campaign, ReviewItem
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.settings_of import Settings
from tenure.testing.beginnings import beginning
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import (
    give_group,
    make_account,
    make_connection,
    make_credential,
    make_group,
    make_invitation,
    make_member,
    make_person,
    make_project,
    put_in_group,
)


def company():
    """A connection that Sid owns. Rita manages Hugo, who owns a project, is in a group, has a key
    and a second account; Priya is a reader like four others; there are a service account of
    Rita's, an invitation, and an account of nobody.
    """
    people = {}
    for who in ("ada", "mara", "sid", "rita", "hugo"):
        user = user_of(who)
        manager = "rita@halden.example" if who == "hugo" else "sid@halden.example"
        people[who] = make_person(user.name, email=user.email, user=user, manager_email_key=manager)
    people["priya"] = make_person("Priya Raman", email="priya@halden.example")
    connection = make_connection(name="OpenAI", owner=user_of("sid"))
    accounts = {
        name: make_account(connection, person=people[name], external_id=f"user-{name}")
        for name in ("ada", "sid", "hugo", "priya")
    }
    Account.objects.filter(pk=accounts["ada"].pk).update(role="owner")
    stranger = make_account(connection, name="labs-shared", external_id="user-labs")
    second = make_account(connection, person=people["hugo"], external_id="user-hugo-2")
    project = make_project(connection, "ingest-prod")
    make_member(project, accounts["hugo"], "owner")
    make_member(project, accounts["priya"], "member")
    group = make_group(connection, "ML platform")
    put_in_group(group, accounts["hugo"])
    give_group(group, project, "member")
    key = make_credential(project, accounts["hugo"], name="hugo-batch")
    service = make_account(connection, kind="service", name="ingest-batch", external_id="svc-1")
    make_member(project, service, "member")
    invitation = make_invitation(connection, "new@halden.example")
    return SimpleNamespace(
        people=people,
        connection=connection,
        accounts=accounts,
        stranger=stranger,
        second=second,
        project=project,
        group=group,
        key=key,
        service=service,
        invitation=invitation,
    )


halden = beginning(company)


@pytest.fixture
def who(halden):
    """`who("rita")`: the actor, as the person they are in the directory."""
    return lambda name: actor_of(name, person_id=str(halden.people[name].ref))


@pytest.fixture
def settings_for(halden):
    """`settings_for(rule="manager")`: settings that make sense, and what a test says of them."""

    def given(**said):
        usual = {
            "title": "Q4 access review",
            "connections": [halden.connection.ref],
            "due_at": now() + timedelta(days=14),
            "rule": "manager",
            "fallback": "sid@halden.example",
        }
        return Settings(**{**usual, **said})

    return given


@pytest.fixture
def draft(settings_for, who):
    """`draft(scope="privileged")`: a campaign of Mara's."""
    return lambda **said: create_campaign(settings=settings_for(**said), actor=who("mara"))


@pytest.fixture
def staged(draft, who):
    return lambda **said: stage_campaign(ref=draft(**said).ref, actor=who("mara"))


@pytest.fixture
def opened(staged, who):
    """`opened()`: everything is assigned; what Sid may not have is Rita's."""

    def run(**said):
        campaign = staged(**said)
        give_rest(campaign, who)
        return open_campaign(ref=campaign.ref, actor=who("mara"))

    return run


def give_rest(campaign, who):
    from tenure.reviews.operations.reassign_review_items import reassign_review_items

    if items_of(campaign).filter(reviewer=None).exists():
        reassign_review_items(
            campaign_ref=campaign.ref,
            show="unassigned",
            to="rita@halden.example",
            reason="Somebody has to",
            actor=who("mara"),
        )


def items_of(campaign):
    campaign.refresh_from_db()
    return ReviewItem.objects.filter(snapshot=campaign.snapshot).order_by("position")


def item_of(campaign, **which):
    return items_of(campaign).get(**which)


@pytest.fixture
def decide_all(who):
    """`decide_all(campaign, remove=[item])`: everybody decides and submits; the rest is kept."""

    def run(campaign, *, remove=()):
        gone = {one.pk for one in remove}
        for item in items_of(campaign).select_related("reviewer__user"):
            name = item.reviewer.email.partition("@")[0]
            decide_review_item(
                ref=item.ref,
                decision="remove" if item.pk in gone else "keep",
                reason="Not needed" if item.pk in gone else "Needed",
                actor=who(name),
            )
        for email in set(items_of(campaign).values_list("reviewer__email", flat=True)):
            actor = who(email.partition("@")[0])
            submit_review(campaign_ref=campaign.ref, attests=True, actor=actor)
        return Campaign.objects.get(pk=campaign.pk)

    return run
