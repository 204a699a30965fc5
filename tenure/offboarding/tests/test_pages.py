"""The pages of leavers, as a browser asks for them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.lib.clock import now
from tenure.offboarding.minding import settle_case
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.planning import items_of
from tenure.offboarding.tests.conftest import HUGO, PRIYA, ada
from tenure.provisioning import acting
from tenure.provisioning.models import ProvisioningOperation
from tenure.testing.cast import actor_of

MOST = 9


def url(case, name="case", *more):
    return reverse(f"offboarding:{name}", args=[case.ref, *more])


def preview_in(html):
    return re.search(r'name="preview" value="([^"]+)"', html)[1]


def work(case):
    case.refresh_from_db()
    acting.work(case.batch, actor=actor_of("ada"))
    settle_case(ref=case.ref, actor=ada())


@pytest.fixture
def case(leaver):
    return open_case(person_ref=leaver.hugo.ref, new_owner_ref=leaver.priya.ref, actor=ada())


@pytest.fixture
def undecided(leaver):
    return open_case(person_ref=leaver.hugo.ref, actor=ada())


def test_somebody_is_offboarded_from_the_list_to_the_end(client_of, leaver, openai):
    client = client_of("mara")
    assert "Nobody is leaving" in client.get("/offboarding").content.decode()
    said = {"person": HUGO, "when": "now", "new_owner": PRIYA}
    answer = client.post("/offboarding/new", said)
    case = OffboardingCase.objects.get()
    assert answer.url == url(case)
    html = client.get(url(case)).content.decode()
    assert "9 items found" in html
    assert "Remove 1 account, revoke 4 keys and cancel 2 invitations" in html
    for shown in ("hugo-admin", "ingest-prod", "ingest-batch", "hugo@private.example"):
        assert shown in html
    client.post(url(case, "approve"), {"preview": preview_in(html)})
    work(case)
    html = client.get(url(case)).content.decode()
    assert "Everything is done" in html
    assert html.count("Verified") == 9
    assert "data-poll" not in html
    assert HUGO not in [user["email"] for user in openai.users()]
    assert "None of these" not in client.get("/offboarding?show=done").content.decode()


def test_nothing_goes_without_the_preview(client_of, case, openai):
    client = client_of("mara")
    for preview in ({}, {"preview": ""}, {"preview": "made-up"}):
        answer = client.post(url(case, "approve"), preview)
        assert answer.status_code == 422
        assert "Look at what this touches first" in answer.content.decode()
    another = client_of("ada").get(url(case)).content.decode()
    answer = client.post(url(case, "approve"), {"preview": preview_in(another)})
    assert "The plan has changed since you looked at it" in answer.content.decode()
    assert not ProvisioningOperation.objects.exists()
    assert not [one for one in openai.requests() if one["method"] != "GET"]


def test_what_has_changed_since_is_shown_and_can_then_be_approved(client_of, case, openai, sync):
    client = client_of("mara")
    seen = preview_in(client.get(url(case)).content.decode())
    openai.add_project_key("search", HUGO, name="hugo-late")
    sync()
    answer = client.post(url(case, "approve"), {"preview": seen})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "The plan has changed since you looked at it" in html
    assert "hugo-late" in html
    assert client.post(url(case, "approve"), {"preview": preview_in(html)}).status_code == 302


def test_a_session_of_eleven_minutes_ago_approves_nothing(client_of, case, time_machine):
    client = client_of("mara")
    preview = preview_in(client.get(url(case)).content.decode())
    time_machine.move_to(now() + timedelta(minutes=11))
    answer = client.post(url(case, "approve"), {"preview": preview})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    case.refresh_from_db()
    assert case.state == "awaiting_approval"


def test_what_needs_a_choice_is_named_and_can_be_chosen(client_of, undecided):
    client = client_of("mara")
    html = client.get(url(undecided)).content.decode()
    assert "Choose what happens to ingest-prod, ingest-batch first." in html
    assert 'name="preview"' not in html
    for kind, action in (("project", "add_owner"), ("service_account", "reassign")):
        item = OffboardingItem.objects.get(kind=kind)
        said = {"action": action, "new_owner": PRIYA}
        assert client.post(url(undecided, "choose", item.ref), said).status_code == 302
    html = client.get(url(undecided)).content.decode()
    assert "Add Priya Raman as owner" in html
    assert "Give to Priya Raman" in html
    assert preview_in(html)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"action": "keep"}, "Say why it is kept"),
        ({"action": "reassign"}, "Name the person who takes it over"),
        ({"action": "reassign", "new_owner": "nobody@halden.example"}, "Nobody has the e-mail"),
        ({"action": "add_owner"}, "Select a valid choice"),
    ],
)
def test_a_choice_that_makes_no_sense_is_told_where_it_was_made(client_of, undecided, said, told):
    item = OffboardingItem.objects.get(kind="service_account")
    answer = client_of("mara").post(
        url(undecided, "choose", item.ref), said, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert told in html
    assert '<details class="t-choose" open>' in html
    assert "<html" not in html


def test_a_dry_run_says_what_would_happen_and_changes_nothing(client_of, case, openai):
    client = client_of("mara")
    openai.forget_requests()
    html = client.post(url(case, "rehearse")).content.decode()
    assert html.count("hx-post") >= 9
    said = {}
    for item in items_of(case):
        answer = client.post(url(case, "rehearse-item", item.ref))
        said[item.label] = answer.content.decode()
    assert "is as planned, and would be removed" in said[HUGO]
    assert "is as planned, and would be revoked" in said["hugo-admin"]
    assert "Priya Raman would answer for it" in said["ingest-batch"]
    assert {one["method"] for one in openai.requests()} == {"GET"}
    assert not ProvisioningOperation.objects.exists()


def test_what_is_not_connected_is_added_and_a_case_is_cancelled_for_a_reason(client_of, case):
    client = client_of("mara")
    client.post(url(case, "add"), {"label": "Return the laptop", "place": "Front desk"})
    html = client.get(url(case)).content.decode()
    assert "Return the laptop" in html
    assert client.post(url(case, "add"), {"label": ""}).status_code == 422
    assert client.post(url(case, "cancel"), {"cancel-reason": " "}).status_code == 422
    client.post(url(case, "cancel"), {"cancel-reason": "They stay"})
    assert "Cancelled" in client.get(url(case)).content.decode()


def test_a_stuck_item_is_overridden_from_the_case_and_a_case_is_planned_anew(client_of, case):
    client = client_of("mara")
    client.post(url(case, "add"), {"label": "Return the laptop"})
    html = client.get(url(case)).content.decode()
    client.post(url(case, "approve"), {"preview": preview_in(html)})
    ProvisioningOperation.objects.filter(label=HUGO).update(
        state="blocked", block="break_glass", reason="Kept for emergencies."
    )
    settle_case(ref=case.ref, actor=ada())
    html = client.get(url(case)).content.decode()
    assert "Kept for emergencies." in html
    stuck = ProvisioningOperation.objects.get(label=HUGO)
    answer = client.post(
        reverse("provisioning:override", args=[stuck.ref]),
        {"reason": "Kept until May", "next": url(case)},
    )
    assert answer.url == url(case)
    assert "Overridden" in client.get(url(case)).content.decode()
    client.post(url(case, "reset"), {"reset-reason": "Something was missed"})
    assert "Needs approval" in client.get(url(case)).content.decode()


def test_a_leaving_is_prepared_for_an_end_a_time_or_an_emergency(client_of, leaver):
    client = client_of("mara")
    answer = client.post("/offboarding/new", {"person": HUGO, "when": "end"})
    assert "No end is known of Hugo Castell" in answer.content.decode()
    answer = client.post("/offboarding/new", {"person": HUGO, "when": "at"})
    assert "Choose the day on which it begins" in answer.content.decode()
    answer = client.post("/offboarding/new", {"person": HUGO, "when": "now", "new_owner": HUGO})
    assert "Name somebody else" in answer.content.decode()
    day = (now() + timedelta(days=5)).date()
    client.post("/offboarding/new", {"person": HUGO, "when": "at", "on": str(day)})
    assert OffboardingCase.objects.get().state == "scheduled"
    answer = client.post("/offboarding/new", {"person": HUGO, "when": "emergency"})
    assert "is open already" in answer.content.decode()


def test_who_leaves_soon_is_listed_and_leads_to_their_case(client_of, leaver):
    leaver.hugo.ends_at = now() + timedelta(days=6)
    leaver.hugo.save(update_fields=["ends_at"])
    client = client_of("mara")
    html = client.get("/offboarding").content.decode()
    assert "Leaving within 30 days" in html
    assert f"/offboarding/new?person={HUGO.replace('@', '%40')}" in html
    button = client.get(reverse("offboarding:of-person", args=[leaver.hugo.ref]))
    assert "Offboard" in button.content.decode()
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    button = client.get(reverse("offboarding:of-person", args=[leaver.hugo.ref]))
    assert url(case) in button.content.decode()


def test_who_may_only_look_decides_nothing(client_of, case):
    item = OffboardingItem.objects.first()
    for who in ("sid", "aud"):
        client = client_of(who)
        html = client.get(url(case)).content.decode()
        assert 'name="preview"' not in html
        assert "Choose this" not in html
        for name in ("plan", "rehearse", "approve", "cancel", "reset", "add"):
            assert client.post(url(case, name)).status_code == 403
        assert client.post(url(case, "choose", item.ref)).status_code == 403
    assert client_of("rita").get(url(case)).status_code == 403


def test_a_case_asks_few_questions_before_and_after(client_of, case):
    client = client_of("mara")
    html = client.get(url(case)).content.decode()
    assert questions(client, url(case)) <= MOST
    assert questions(client, "/offboarding") <= MOST
    client.post(url(case, "approve"), {"preview": preview_in(html)})
    assert questions(client, url(case)) <= MOST


def questions(client, path):
    client.get(path)
    with CaptureQueriesContext(database) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
