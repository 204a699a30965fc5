"""The pages of requests: who sees what, what one click does, and what a refusal says."""

from __future__ import annotations

import pytest

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.deny_request import deny_request


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def new_url(halden):
    return f"/requests/new?resource={halden.research.ref}&role=member"


def asked(**said):
    usual = {"person": "hugo@halden.example", "length": "30", "reason": "For the batch"}
    return {**usual, **said}


def test_asking_shows_who_will_be_asked_and_sends(client_of, halden, new_url):
    client = client_of("hugo")
    page = text_of(client.get(new_url))
    assert "Member of research" in page
    preview = client.get(
        "/requests/preview",
        {"resource": halden.research.ref, "role": "member", **asked()},
    )
    assert "Rita Novak" in text_of(preview)
    assert "Sid Brandt" in text_of(preview)
    assert not AccessRequest.objects.exists()
    answer = client.post(new_url, asked(), follow=True)
    sent = AccessRequest.objects.get()
    assert (sent.days, sent.reason, sent.person) == (30, "For the batch", halden.people["hugo"])
    assert answer.redirect_chain == [(f"/requests/{sent.ref}", 302)]
    assert "Sent: Rita Novak is told" in text_of(answer)


def test_the_preview_says_why_something_is_not_to_be_had(client_of, halden, ask):
    ask("hugo")
    said = {"resource": halden.research.ref, "role": "member", **asked()}
    assert "has a request for this already" in text_of(
        client_of("hugo").get("/requests/preview", said)
    )
    said["person"] = "nobody@halden.example"
    assert "Nobody in the list of people is nobody@halden.example" in text_of(
        client_of("hugo").get("/requests/preview", said)
    )
    said |= {"length": "until", "until": ""}
    assert "Choose the last day" in text_of(client_of("hugo").get("/requests/preview", said))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": ""}, "Say what it is needed for"),
        ({"length": "until"}, "Choose the last day."),
        ({"length": "until", "until": "2020-01-01"}, "Let the last day be a day to come."),
        ({"person": "nobody@halden.example"}, "Nobody in the list of people is"),
        ({"length": "soon"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_typed_is_lost(client_of, new_url, said, sentence):
    answer = client_of("hugo").post(new_url, asked(**said))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if "reason" not in said:
        assert "For the batch</textarea>" in answer.content.decode()


def test_one_click_approves_and_the_next_person_is_asked(client_of, ask):
    request = ask("hugo")
    inbox = text_of(client_of("rita").get("/requests"))
    assert "Approve for 30 days" in inbox
    answer = client_of("rita").post(
        f"/requests/{request.ref}/approve",
        {"version": request.version, "next": "/requests"},
        follow=True,
    )
    assert "Approved: the next answer is asked for" in text_of(answer)
    assert "Nothing waits for your answer" in text_of(client_of("rita").get("/requests?show=yours"))
    assert "Rita Novak approved" in text_of(client_of("sid").get("/requests"))


def test_the_last_yes_says_that_it_is_given_and_my_access_follows(client_of, ask, approve, halden):
    request = approve(ask("hugo"), "rita")
    answer = client_of("sid").post(
        f"/requests/{request.ref}/approve", {"version": request.version}, follow=True
    )
    assert "Approved: it is being given now" in text_of(answer)
    request.refresh_from_db()
    assert request.state == "pending_provisioning"
    assert "Being given" in text_of(client_of("hugo").get("/me"))


def test_whoever_comes_second_learns_it_and_keeps_their_words(client_of, ask, who):
    request = ask("hugo")
    seen = request.version
    cancel_request(ref=request.ref, actor=who("hugo"))
    answer = client_of("rita").post(
        f"/requests/{request.ref}/approve", {"version": seen, "comment": "Good idea"}
    )
    assert answer.status_code == 409
    assert "Nothing of this request waits for you now" in text_of(answer)
    assert "Good idea" in text_of(answer)


def test_denying_needs_a_reason_which_the_asker_reads(client_of, ask):
    request = ask("hugo")
    address = f"/requests/{request.ref}/deny"
    refused = client_of("rita").post(address, {"version": request.version, "reason": " "})
    assert refused.status_code == 422
    assert "Say why: whoever asked reads it." in text_of(refused)
    client_of("rita").post(address, {"version": request.version, "reason": "Not this quarter"})
    assert "Not this quarter" in text_of(client_of("hugo").get(f"/requests/{request.ref}"))


def test_a_question_and_its_answer_stand_on_the_page_of_both(client_of, ask):
    request = ask("hugo")
    address = f"/requests/{request.ref}/comment"
    client_of("rita").post(address, {"text": "For how long?"})
    client_of("hugo").post(address, {"text": "Until May"})
    empty = client_of("hugo").post(address, {"text": ""})
    assert "Write your question or answer first." in text_of(empty)
    for name in ("hugo", "rita"):
        page = text_of(client_of(name).get(f"/requests/{request.ref}"))
        assert page.index("For how long?") < page.index("Until May")


def test_a_request_is_nobody_elses_to_see(client_of, ask):
    request = ask("hugo")
    for part in ("", "/course", "/standing", "/others"):
        assert client_of("oscar").get(f"/requests/{request.ref}{part}").status_code == 404
        assert client_of("mara").get(f"/requests/{request.ref}{part}").status_code == 200


def test_ones_own_has_no_button_to_approve(client_of, ask):
    request = ask("hugo")
    page = text_of(client_of("hugo").get(f"/requests/{request.ref}"))
    assert "Nobody approves their own." in page
    assert "/approve" not in page
    assert "Cancel request" in page


def test_whoever_approves_sees_what_they_have_and_who_else_has_it(client_of, ask, halden):
    request = ask("hugo")
    client = client_of("rita")
    assert "Reader of the organization" in text_of(client.get(f"/requests/{request.ref}/standing"))
    assert "1 of 1 other in Research has it: Priya Raman" in text_of(
        client.get(f"/requests/{request.ref}/others")
    )


def test_the_lists_show_each_state(client_of, ask, approve, who, halden):
    waiting = ask("hugo")
    denied = ask("sid", resource=halden.search.ref)
    deny_request(ref=denied.ref, reason="No", actor=who("rita"))
    mine = text_of(client_of("hugo").get("/requests?show=mine"))
    assert f"Your request {waiting}" in mine
    assert "Waits for Rita Novak" in mine
    everything = text_of(client_of("mara").get("/requests?show=all"))
    assert str(waiting) in everything
    assert "Denied" in everything
    over = text_of(client_of("mara").get("/requests?show=all&state=over"))
    assert str(waiting) not in over
    assert "Nothing waits for your answer" in text_of(client_of("hugo").get("/requests?show=yours"))
    tasks = text_of(client_of("rita").get("/requests/tasks"))
    assert "Hugo Castell asks for Member of research" in tasks


def test_filters_that_make_no_sense_show_everything(client_of, ask):
    ask("hugo")
    for query in ("show=nonsense", "show=all&state=nonsense"):
        assert client_of("mara").get(f"/requests?{query}").status_code == 200


def test_my_access_says_how_each_thing_came(client_of, halden):
    page = text_of(client_of("hugo").get("/me/access"))
    assert "You have access to 1 thing" in page
    assert "Given outside of requests" in page
    assert "Reader of the organization" in page
    assert "You have no access yet" in text_of(client_of("oscar").get("/me/access"))


def test_somebody_nobody_knows_learns_what_to_do(client_of, db):
    page = text_of(client_of("hugo").get("/me/access"))
    assert "Nobody in the directory is you" in page
    assert "add your work e-mail" in page
    assert client_of("hugo").get("/requests").status_code == 200


def test_a_link_in_a_mail_comes_back_after_sign_in(client, ask):
    request = ask("hugo")
    answer = client.get(f"/requests/{request.ref}")
    assert answer.status_code == 302
    assert f"next=/requests/{request.ref}" in answer["Location"]


def test_whoever_waits_may_remind_and_cancel(client_of, ask):
    request = ask("hugo")
    answer = client_of("hugo").post(f"/requests/{request.ref}/remind", follow=True)
    assert "are reminded, at most once an hour" in text_of(answer)
    said = {"version": request.version, "reason": "Not needed any more"}
    answer = client_of("hugo").post(f"/requests/{request.ref}/cancel", said, follow=True)
    assert "Not needed any more" in text_of(answer)
    request.refresh_from_db()
    assert request.state == "cancelled"
