"""Who sees what of a campaign, in few questions, and what its proof says."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.lib.errors import NotFound
from tenure.lib.staging import storable
from tenure.reviews import queries
from tenure.reviews.hints import differences
from tenure.reviews.item_schemas import ResultsOut, ReviewItemOut
from tenure.reviews.models import Campaign
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.duplicate_campaign import duplicate_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.queries import proof, results
from tenure.reviews.tests.conftest import item_of, items_of
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person


def refs(found):
    return {one.ref for one in found}


def test_a_reviewer_sees_what_is_theirs_and_a_manager_everything(opened, who, halden):
    campaign = opened()
    mine = items_of(campaign).filter(reviewer__email="rita@halden.example")
    assert refs(queries.items(campaign, actor=who("rita"))) == refs(mine)
    assert refs(queries.items(campaign, actor=who("mara"))) == refs(items_of(campaign))
    for name in ("hugo", "priya"):
        actor = actor_of("oscar", person_id=str(halden.people[name].ref))
        assert not queries.campaigns(actor=actor).exists()
        assert not queries.items(campaign, actor=actor).exists()
        with pytest.raises(NotFound):
            queries.item_by_ref(mine.first().ref, actor=actor)


def test_not_before_it_is_opened(staged, who):
    campaign = staged()
    assert not queries.campaigns(actor=who("rita")).exists()
    with pytest.raises(NotFound):
        queries.campaign_by_ref(campaign.ref, actor=who("rita"))


def test_an_auditor_sees_what_was_completed_in_their_window(opened, decide_all, who):
    campaign = opened()
    aud = actor_of("aud")
    assert not queries.campaigns(actor=aud).exists()
    close_campaign(ref=decide_all(campaign).ref, actor=who("mara"))
    assert list(queries.campaigns(actor=aud)) == [campaign]
    assert queries.items(Campaign.objects.get(), actor=aud).count() == 12
    past = actor_of("aud", window=(dt.date(2020, 1, 1), dt.date(2020, 12, 31)))
    assert not queries.campaigns(actor=past).exists()


def test_whoever_manages_one_connection_sees_no_campaign_of_two(draft, halden, who):
    other = make_connection()
    draft(connections=[halden.connection.ref, other.ref])
    here = actor_of("mara", connection=str(halden.connection.ref))
    assert not queries.campaigns(actor=here).exists()
    one = draft()
    assert list(queries.campaigns(actor=here)) == [one]


def test_a_page_is_a_handful_of_questions_whatever_it_shows(opened, who, halden):
    for _ in range(30):
        make_account(halden.connection, person=make_person(manager_email_key="rita@halden.example"))
    campaign, actor = opened(), who("rita")
    with CaptureQueriesContext(database) as asked:
        shown = queries.item_page(campaign, limit=30, actor=actor)
        rows = [ReviewItemOut.of(item) for item in shown.rows]
        counts = queries.item_counts(campaign, actor=actor)
    assert len(rows) == 30
    assert shown.next
    assert counts["all"] == counts["undecided"] > 30
    assert len(asked) <= 5
    after = queries.item_page(campaign, cursor=shown.next, limit=30, actor=actor)
    assert not refs(after.rows) & refs(shown.rows)


def test_chips_and_search(opened, who):
    campaign, actor = opened(), who("mara")
    found = queries.item_page(campaign, show="keys", q="HUGO", actor=actor).rows
    assert [one.kind for one in found] == ["credential"]
    counts = queries.item_counts(campaign, actor=actor)
    assert (counts["keys"], counts["services"], counts["all"]) == (2, 1, 12)
    with pytest.raises(NotFound, match="no filter"):
        queries.item_page(campaign, show="nothing", actor=actor)


@pytest.fixture
def second(opened, decide_all, who, halden):
    """A completed campaign, and another staged after Priya became an owner."""
    close_campaign(ref=decide_all(opened()).ref, actor=who("mara"))
    halden.accounts["priya"].role = "owner"
    halden.accounts["priya"].save()
    halden.key.ended_at, halden.key.ended_known_by = halden.key.began_at, "provider"
    halden.key.save()
    make_account(halden.connection, person=make_person("Mei Tanaka"), external_id="user-mei")
    copy = duplicate_campaign(ref=Campaign.objects.get().ref, actor=who("mara"))
    return stage_campaign(ref=copy.ref, actor=who("mara"))


def test_the_difference_to_the_last_review_field_by_field(second, who, halden):
    risen = item_of(second, account=halden.accounts["priya"], path="organization")
    assert (risen.delta, risen.is_role_raised, risen.before.decision) == ("changed", True, "keep")
    told = {one.field: (one.before, one.now) for one in differences(risen)}
    assert told == {"role": ("reader", "owner"), "organization_role": ("reader", "owner")}
    assert item_of(second, principal_id="user-mei").delta == "new"
    assert item_of(second, account=halden.stranger).delta == "same"
    (gone,) = results.gone_since(second, actor=who("mara"))
    assert gone.thing_name == "hugo-batch"
    assert second.snapshot.counts["gone_since"] == 1


def test_only_what_changed(second, who, settings_for):
    made = create_campaign(settings=settings_for(scope="changed"), actor=who("mara"))
    campaign = stage_campaign(ref=made.ref, actor=who("mara"))
    assert {one.delta for one in items_of(campaign)} == {"changed", "new"}


def test_what_is_unchanged_and_without_a_flag_is_carried_forward(second, who, settings_for):
    made = create_campaign(settings=settings_for(carries_forward=True), actor=who("mara"))
    rows = items_of(stage_campaign(ref=made.ref, actor=who("mara")))
    carried = rows.filter(was_carried=True)
    assert carried.exists()
    assert {(one.decision, one.delta, one.is_flagged) for one in carried} == {
        ("keep", "same", False)
    }
    assert not rows.filter(was_carried=False).exclude(decision="pending").exists()


KNOWN = "da8d8286059cc9b49c18ed8c7ccb78e09bee068a279b9caa9f16644e4d82bd18"
NAMES = ("Жанна Петрова", "田中 美咲", "Zoë\u0308", "🦊 Fox", storable("nul\x00nul"), "=1+1")


def test_names_of_every_kind_give_the_same_bytes(staged, halden):
    """The same on SQLite and PostgreSQL: the instants are given, and nothing of ours is in it."""
    at = dt.datetime(2026, 11, 28, 12, 0, 0, 123456, tzinfo=dt.UTC)
    for number, name in enumerate(NAMES):
        make_account(
            halden.connection,
            name=name,
            external_id=f"user-odd-{number}",
            email=f"odd{number}@halden.example",
            began_at=at,
            added_at=at,
        )
    campaign = staged()
    lines = list(proof.snapshot_lines(campaign, actor=actor_of("ada")))
    assert hashlib.sha256(b"".join(lines)).hexdigest() == campaign.snapshot.sha256
    odd = [one for one in lines if b"user-odd" in one]
    organization = halden.connection.organization_id.encode()
    told = hashlib.sha256(b"".join(odd).replace(organization, b"org")).hexdigest()
    assert [json.loads(one)["account_name"] for one in odd] == list(NAMES)
    assert told == KNOWN


def test_the_proof_tells_the_whole_story(opened, decide_all, who):
    campaign = opened()
    key = item_of(campaign, kind="credential")
    campaign = close_campaign(ref=decide_all(campaign, remove=[key]).ref, actor=who("mara"))
    ada = actor_of("ada")
    decided = [json.loads(one) for one in proof.decision_lines(campaign, actor=ada)]
    assert len(decided) == 12
    assert {one["decision"] for one in decided} == {"keep", "remove"}
    assert all(one["submitted_at"] and one["reviewer_email"] for one in decided)
    (work,) = [json.loads(one) for one in proof.remediation_lines(campaign, actor=ada)]
    assert (work["thing_id"], work["state"]) == (key.thing_id, "in_progress")
    submitted = [json.loads(one) for one in proof.submission_lines(campaign, actor=ada)]
    assert {one["reviewer__name"] for one in submitted} == {"Rita Novak", "Sid Brandt"}
    assert list(proof.reassignment_lines(campaign, actor=ada))
    verbs = [json.loads(one)["verb"] for one in proof.event_lines(campaign, actor=ada)]
    assert verbs[0] == "campaign.created"
    assert verbs[-1] == "campaign.closed"
    with pytest.raises(NotFound):
        list(proof.snapshot_lines(campaign, actor=who("rita")))


def test_results(opened, decide_all, who):
    campaign = opened()
    key = item_of(campaign, kind="credential")
    campaign = close_campaign(ref=decide_all(campaign, remove=[key]).ref, actor=who("mara"))
    told = ResultsOut.about(campaign.ref, actor=who("mara"))
    by = {one.name: one for one in told.reviewers}
    assert by["Rita Novak"].removed == 1
    assert sum(one.items for one in told.reviewers) == 12
    assert told.burn_down[-1].undecided == told.burn_down[-1].unsubmitted == 0
    assert told.remediation == {"in_progress": 1}
    mine = ResultsOut.about(campaign.ref, actor=who("rita"))
    assert [one.name for one in mine.reviewers] == ["Rita Novak"]
    assert mine.burn_down == []
