"""The page on which reviewers decide, as a browser asks for it."""

from __future__ import annotations

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.reviews.models import ReviewItem, ReviewSubmission
from tenure.reviews.tests.conftest import item_of, items_of

MOST = 9
PAGES = ("items", "bulk", "submit", "campaign", "people", "work", "course")
HTMX = {"headers": {"HX-Request": "true"}}


def url(name, ref):
    return reverse(f"reviews:{name}", args=[ref])


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def campaign(opened):
    return opened()


def own(campaign, who):
    return items_of(campaign).filter(reviewer__email=f"{who}@halden.example")


def test_a_reviewer_sees_their_own_items_and_nobody_elses(client_of, campaign):
    html = text_of(client_of("rita").get(url("items", campaign.ref)))
    assert html.count("data-item=") == own(campaign, "rita").count() > 0
    assert "Show everybody" not in html
    assert client_of("oscar").get(url("items", campaign.ref)).status_code == 404


def test_who_manages_reviews_sees_everybodys(client_of, campaign):
    client = client_of("mara")
    answer = client.get(url("items", campaign.ref))
    assert answer.url.endswith("whose=all")
    html = text_of(client.get(answer.url))
    assert html.count("data-item=") == items_of(campaign).count()
    assert "Rita Novak decides" in html


def test_a_decision_brings_the_row_as_it_is_then(client_of, campaign):
    client, item = client_of("rita"), own(campaign, "rita").filter(is_flagged=False).first()
    answer = client.post(url("decide", item.ref), {"decision": "keep", "version": 0}, **HTMX)
    assert answer.status_code == 200
    assert 'data-version="1" data-decision="keep"' in text_of(answer)
    item.refresh_from_db()
    assert item.decision == "keep"
    answer = client.post(url("undo", item.ref), {"version": 1}, **HTMX)
    assert 'data-decision="pending"' in text_of(answer)


def test_a_second_window_is_told_and_nothing_is_lost(client_of, campaign):
    client, item = client_of("rita"), own(campaign, "rita").first()
    said = {"decision": "remove", "reason": "Not used", "version": 0}
    client.post(url("decide", item.ref), said, **HTMX)
    late = {"decision": "keep", "reason": "Needed", "version": 0}
    answer = client.post(url("decide", item.ref), late, **HTMX)
    assert answer.status_code == 422
    html = text_of(answer)
    assert "Somebody decided this item since you opened the page" in html
    assert 'data-decision="remove"' in html
    item.refresh_from_db()
    assert (item.decision, item.reason) == ("remove", "Not used")


@pytest.mark.parametrize("decision", ["remove", "change", "keep"])
def test_what_needs_a_reason_is_refused_without_one(client_of, campaign, decision):
    client, item = client_of("rita"), own(campaign, "rita").filter(is_flagged=True).first()
    said = {"decision": decision, "version": 0}
    answer = client.post(url("decide", item.ref), said, **HTMX)
    assert answer.status_code == 422
    assert "data-refused=" in text_of(answer)


def test_an_items_own_page_decides_without_a_script(client_of, campaign):
    client, item = client_of("rita"), own(campaign, "rita").first()
    page = text_of(client.get(url("item", item.ref)))
    assert "Since the last review" in page
    assert "How they got it" in page
    said = {"decision": "remove", "reason": "Not used", "version": 0}
    answer = client.post(url("decide", item.ref), said)
    assert answer.url == url("items", campaign.ref)
    answer = client.post(url("decide", item.ref), {"decision": "keep", "version": 0})
    assert answer.status_code == 422
    assert "Say why it may stay" in text_of(answer) or "since you opened" in text_of(answer)


def test_many_at_once_are_the_unflagged_of_what_is_shown(client_of, campaign):
    client = client_of("rita")
    number = own(campaign, "rita").filter(is_flagged=False, decision="pending").count()
    page = text_of(client.get(url("bulk", campaign.ref)))
    assert f'name="count" value="{number}"' in page
    wrong = client.post(url("bulk", campaign.ref), {"decision": "keep", "count": number + 1})
    assert wrong.status_code == 422
    assert "nothing was decided" in text_of(wrong)
    client.post(url("bulk", campaign.ref), {"decision": "keep", "count": number})
    assert own(campaign, "rita").filter(decision="keep").count() == number
    assert not own(campaign, "rita").filter(is_flagged=True).exclude(decision="pending").exists()


def test_a_review_is_submitted_with_ones_word(client_of, campaign):
    client = client_of("rita")
    assert "left to decide" in text_of(client.get(url("submit", campaign.ref)))
    for item in own(campaign, "rita"):
        said = {"decision": "keep", "reason": "Needed", "version": item.version}
        client.post(url("decide", item.ref), said)
    page = text_of(client.get(url("submit", campaign.ref)))
    assert "is the least the work requires" in page
    reviewer = re.search(r'name="reviewer" value="([^"]+)"', page)[1]
    unsaid = client.post(url("submit", campaign.ref), {"reviewer": reviewer})
    assert unsaid.status_code == 422
    client.post(url("submit", campaign.ref), {"reviewer": reviewer, "attests": "on"})
    assert ReviewSubmission.objects.get().counts["keep"] == own(campaign, "rita").count()
    html = text_of(client.get(url("items", campaign.ref)))
    assert "data-open" not in html


def test_an_item_is_handed_on(client_of, campaign):
    client, item = client_of("rita"), own(campaign, "rita").first()
    said = {"to": "nobody@halden.example", "reason": "Not mine"}
    assert client.post(url("hand-on", item.ref), said).status_code == 422
    client.post(url("hand-on", item.ref), {"to": "mara@halden.example", "reason": "Not mine"})
    item.refresh_from_db()
    assert item.reviewer.email == "mara@halden.example"
    assert "Not mine" in text_of(client_of("mara").get(url("item", item.ref)))


def test_somebody_elses_item_is_not_decided(client_of, campaign):
    item = own(campaign, "rita").first()
    said = {"decision": "keep", "reason": "Needed", "version": 0}
    assert client_of("mara").post(url("decide", item.ref), said, **HTMX).status_code == 403
    assert client_of("hugo").post(url("decide", item.ref), said, **HTMX).status_code == 404
    assert ReviewItem.objects.get(pk=item.pk).decision == "pending"


def test_filters_and_words_narrow(client_of, campaign):
    client = client_of("mara")
    flagged = text_of(client.get(url("items", campaign.ref) + "?show=flagged&whose=all"))
    assert flagged.count("data-item=") == items_of(campaign).filter(is_flagged=True).count()
    found = text_of(client.get(url("items", campaign.ref) + "?q=hugo-batch&whose=all", **HTMX))
    assert found.count("data-item=") == 1
    assert "<html" not in found
    assert "None of these" in text_of(client.get(url("items", campaign.ref) + "?q=zzz&whose=all"))


def test_the_pages_ask_few_questions(client_of, campaign):
    item = item_of(campaign, thing_name="hugo-batch")
    for who in ("rita", "mara"):
        client = client_of(who)
        pages = [url(name, campaign.ref) for name in PAGES]
        pages += ["/reviews", "/reviews/tasks"]
        pages += [url("item", item.ref)] if who == "mara" else []
        for address in pages:
            page = getattr(client.get(address), "url", address)
            with CaptureQueriesContext(database) as asked:
                assert client.get(page).status_code == 200, page
            told = "\n".join(one["sql"].split(" FROM ", 1)[-1][:90] for one in asked)
            assert len(asked) <= MOST, f"{who} {page}\n{told}"
