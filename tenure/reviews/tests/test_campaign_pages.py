"""Campaigns in the browser: from a draft to what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.inventory.models import Collection
from tenure.lib.clock import now
from tenure.reviews.models import Campaign, Remediation
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.tests.conftest import item_of, items_of

MOST = 9


def url(name, campaign):
    return reverse(f"reviews:{name}", args=[campaign.ref])


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def typed(halden):
    """What somebody types into the builder."""
    return {
        "title": "Q4 access review",
        "connections": [str(halden.connection.ref)],
        "scope": "all",
        "kinds": ["grant", "credential"],
        "rule": "manager",
        "fallback": "rita@halden.example",
        "due_on": f"{now() + timedelta(days=14):%Y-%m-%d}",
        "sends_reminders": "on",
    }


def test_before_anything_is_reviewed_the_list_says_what_a_review_is_for(client_of):
    html = text_of(client_of("mara").get("/reviews"))
    assert "No access has been reviewed yet" in html
    assert "Start a review" in html
    assert "Start a review" not in text_of(client_of("rita").get("/reviews"))


def test_a_review_from_draft_to_open(client_of, typed):
    client = client_of("mara")
    campaign_url = client.post("/reviews/new", typed).url
    campaign = Campaign.objects.get()
    assert campaign_url == url("campaign", campaign)
    assert "Not everything was read lately" not in text_of(client.get(campaign_url))
    Collection.objects.update(completed_at=now() - timedelta(days=9))
    html = text_of(client.get(campaign_url))
    assert "How fresh the data is" in html
    assert "Not everything was read lately" in html
    unsaid = client.post(url("stage", campaign), {})
    assert unsaid.status_code == 422
    assert "Sync first, or say why it is" in text_of(unsaid)
    client.post(url("stage", campaign), {"override_reason": "A first look"})
    html = text_of(client.get(campaign_url))
    assert "A first look" in html
    campaign.refresh_from_db()
    assert campaign.snapshot.sha256 in html
    if items_of(campaign).filter(reviewer=None).exists():
        assert client.post(url("open", campaign)).status_code == 422
        said = {"reviewer": "", "to": "sid@halden.example", "reason": "Somebody has to"}
        client.post(url("reassign", campaign), said)
    client.post(url("open", campaign))
    campaign.refresh_from_db()
    assert campaign.state == "open"
    assert "waits for you" in text_of(client_of("rita").get("/reviews"))
    assert "Reviews waiting for you" in text_of(client_of("rita").get("/reviews/tasks"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"connections": []}, "This field is required"),
        ({"due_on": "2020-01-01"}, "Let the campaign be due on a day to come"),
        ({"rule": "named"}, "Name the person who reviews everything"),
        ({"fallback": "nobody@halden.example"}, "nobody@halden.example"),
    ],
)
def test_the_builder_says_what_is_wrong_where_it_is(client_of, typed, wrong, said):
    answer = client_of("mara").post("/reviews/new", {**typed, **wrong})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Campaign.objects.exists()


def test_the_builder_says_about_how_much_there_is(client_of, halden):
    client = client_of("mara")
    asked = f"?connections={halden.connection.ref}&kinds=credential"
    html = text_of(client.get("/reviews/counts" + asked))
    assert "Keys" in html
    assert "Pending invitations" not in html
    assert "Choose a connection" in text_of(client.get("/reviews/counts"))


def test_a_draft_is_changed_duplicated_and_cancelled(client_of, draft, typed):
    client, campaign = client_of("mara"), draft()
    assert campaign.title in text_of(client.get(url("edit", campaign)))
    client.post(url("edit", campaign), {**typed, "title": "Another name"})
    campaign.refresh_from_db()
    assert (campaign.title, campaign.kinds) == ("Another name", ["credential", "grant"])
    client.post(url("duplicate", campaign))
    assert Campaign.objects.count() == 2
    assert client.post(url("cancel", campaign), {"cancel-reason": ""}).status_code == 422
    client.post(url("cancel", campaign), {"cancel-reason": "Not now"})
    html = text_of(client.get(url("campaign", campaign)))
    assert "Not now" in html
    assert "Nothing came of it" in html


def test_what_was_staged_is_taken_back(client_of, staged):
    client, campaign = client_of("mara"), staged()
    client.post(url("unstage", campaign))
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_reviewers_are_reminded_and_relieved(client_of, opened):
    client, campaign = client_of("mara"), opened()
    client.post(url("remind", campaign))
    assert "Reminded" in text_of(client.get(url("campaign", campaign)))
    rita = items_of(campaign).filter(reviewer__email="rita@halden.example").first().reviewer
    said = {"reviewer": str(rita.ref), "to": "mara@halden.example", "reason": "Away"}
    client.post(url("reassign", campaign), said)
    assert not items_of(campaign).filter(reviewer=rita).exists()


def test_what_became_of_it(client_of, opened, decide_all, who):
    campaign = opened(needs_sign_off=True)
    client, key = client_of("mara"), item_of(campaign, thing_name="hugo-batch")
    assert "must be submitted first" in text_of(client.get(url("course", campaign)))
    decide_all(campaign, remove=[key])
    client.post(url("sign-off", campaign), {"note": "Looked at all of it"})
    assert "Looked at all of it" in text_of(client.get(url("course", campaign)))
    client.post(url("close", campaign))
    html = text_of(client.get(url("work", campaign)))
    assert "hugo-batch" in html
    assert reverse("reviews:item", args=[key.ref]) in html
    waive = reverse("reviews:waive", args=[key.ref])
    assert client.post(waive, {"reason": ""}).status_code == 422
    client.post(waive, {"reason": "Needed until Friday"})
    assert Remediation.objects.get(item=key).state == "waived"
    html = text_of(client.get(url("campaign", campaign)))
    assert "Nothing of this review changes any more" in html


def test_an_auditor_reads_what_is_completed_and_changes_nothing(client_of, opened, decide_all, who):
    campaign = decide_all(opened())
    assert client_of("aud").get(url("campaign", campaign)).status_code == 404
    close_campaign(ref=campaign.ref, actor=who("mara"))
    client = client_of("aud")
    html = text_of(client.get(url("campaign", campaign)))
    assert "Sealed" in html
    assert client.get(url("items", campaign), follow=True).status_code == 200
    assert client.post(url("duplicate", campaign)).status_code == 403


def test_the_pages_ask_few_questions(client_of, draft, staged, halden):
    pages = [url("campaign", draft()), url("edit", draft()), url("campaign", staged())]
    pages += ["/reviews/new", f"/reviews/counts?connections={halden.connection.ref}", "/reviews"]
    client = client_of("mara")
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(database) as asked:
            assert client.get(page).status_code == 200, page
        told = "\n".join(one["sql"].split(" FROM ", 1)[-1][:90] for one in asked)
        assert len(asked) <= MOST, f"{page}\n{told}"
