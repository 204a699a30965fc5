"""Access requests: each page in every look, and a request from the mail's link to the answer."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.comment_on_request import comment_on_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.tell_requests import tell_requests
from tenure.access_requests.tests.conftest import approve, ask, company, listed, who
from tenure.notifications.delivering import rendered
from tenure.notifications.models import OutboxMessage
from tenure.testing.cast import PASSWORD, actor_of, email_of

__all__ = ["approve", "ask", "listed", "who"]


@pytest.fixture
def halden(live_server):
    """What other tests begin with; here it is committed, for the server reads it, too."""
    return company()


@pytest.fixture
def busy(halden, ask, approve, listed, who):
    """One request at each of its steps, a question, and a no."""
    listed(halden.research, "owner", description="Answers for the models and their keys.")
    owner = ask("hugo", role="owner", reason="I take over the nightly evaluation and its keys.")
    approve(owner, "rita")
    member = ask("hugo", resource=halden.search.ref, days=None)
    comment_on_request(ref=member.ref, text="Would it do to look only?", actor=who("rita"))
    denied = ask("sid", resource=halden.group.ref, role="", days=7)
    deny_request(ref=denied.ref, reason="Ask for the project, that will do.", actor=who("rita"))
    return member


def test_before_anybody_asks(halden, visit, look):
    visit.inspect(visit("/requests?show=yours", who="rita", **look), "requests-empty")
    visit.inspect(visit("/me", who="oscar", **look), "my-access-empty")


def test_what_waits_for_an_answer(busy, visit, look):
    visit.inspect(visit("/requests", who="rita", **look), "requests")
    page = visit(f"/requests/{busy.ref}", who="rita", **look)
    page.get_by_text("None of 1 other in Research has it.").wait_for()
    visit.inspect(page, "request")


def test_ones_own_requests_and_access(busy, visit, look):
    visit.inspect(visit("/requests?show=mine", who="hugo", **look), "requests-mine")
    visit.inspect(visit("/me", who="hugo", **look), "my-access")


def test_all_requests(busy, visit, look):
    visit.inspect(visit("/requests?show=all", who="mara", **look), "requests-all")


def test_the_catalogue(busy, visit, look):
    page = visit("/requests/catalogue", who="hugo", **look)
    page.get_by_text(f"{busy}: Needs approval").wait_for()
    visit.inspect(page, "catalogue")
    page.get_by_role("searchbox").fill("ML plat")
    page.get_by_role("heading", name="research").wait_for(state="detached")
    visit.inspect(visit("/requests/catalogue", who="mara", **look), "catalogue-managed")


def test_deciding_what_is_offered_and_who_approves(busy, halden, visit, look):
    entry = f"/requests/catalogue/{halden.research.ref}?role=owner"
    visit.inspect(visit(entry, who="mara", **look), "catalogue-entry")
    page = visit("/requests/policies", who="mara", **look)
    page.get_by_label("Who asks").fill("hugo@halden.example")
    page.get_by_text("For Hugo Castell asking").wait_for()
    visit.inspect(page, "policies")
    visit.inspect(visit("/requests/policies/new", who="mara", **look), "policy")
    visit.inspect(visit("/requests/approvers/new", who="mara", **look), "approvers")


def test_asking_by_keyboard_alone(halden, visit, look):
    page = visit("/requests/catalogue?q=search", who="hugo", **look)
    page.get_by_role("link", name="Request Member of search").press("Enter")
    page.get_by_text("Sid Brandt").wait_for()
    page.get_by_role("radio", name="30 days").press("ArrowRight")
    page.get_by_text("It ends by itself after 90 days").wait_for()
    visit.inspect(page, "request-new")
    page.get_by_label("What is it needed for?").fill("On call from Monday")
    page.get_by_role("button", name="Send the request").press("Enter")
    page.get_by_text("Sent: Rita Novak is told").wait_for()
    assert AccessRequest.objects.get().days == 90


def test_answering_by_keyboard_alone(busy, ask, halden, visit):
    second = ask("hugo", resource=halden.group.ref, role="")
    page = visit("/requests", who="rita")
    for key in "jj":
        page.keyboard.press(key)
    page.keyboard.press("d")
    page.get_by_label("Why").last.fill("Not this group")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Denied: they are told why").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("Nothing waits for your answer").wait_for()
    second.refresh_from_db()
    busy.refresh_from_db()
    assert (second.state, second.state_reason) == ("denied", "Not this group")
    assert busy.steps.get(position=1).state == "approved"


def test_from_the_link_in_the_mail_to_the_answer(halden, ask, visit):
    request = ask("hugo", reason="I take over the nightly evaluation")
    tell_requests(actor=actor_of("ada"))
    (mail,) = (rendered(one) for one in OutboxMessage.objects.filter(to=email_of("rita")))
    link = next(u for u in re.findall(r"https?://\S+", mail.body) if str(request.ref) in u)
    page = visit(urlsplit(link).path)
    page.get_by_label("Work e-mail").fill(email_of("rita"))
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Member of research").wait_for()
    page.get_by_role("button", name="Approve for 30 days").click()
    page.get_by_text("Rita Novak approved").wait_for()
    request.refresh_from_db()
    assert request.steps.get(position=2).state == "open"
