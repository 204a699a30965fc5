"""My access: what one has by a request is kept longer, or given back, on the page."""

from __future__ import annotations

import pytest

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.tests.approved import approve
from tenure.access_requests.tests.giving import (
    _organization,
    company,
    connection,
    later,
    openai,
    read,
    sync,
    work,
)
from tenure.access_requests.tests.test_request_pages import text_of
from tenure.people.models import Person
from tenure.testing.cast import email_of, user_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "company", "connection", "later", "openai", "read", "sync", "work"]


@pytest.fixture
def given(company, work, read):
    Person.objects.filter(pk=company.hugo.pk).update(user=user_of("hugo"))
    return read(work(approve(company.hugo, company.nightly, "member", days=5)))


def test_it_says_until_when_and_what_can_be_done(client_of, given):
    page = text_of(client_of("hugo").get("/me/access"))
    assert "1 of them ends within a week" in page
    assert f"By {given}, since" in page
    assert "Ask for longer" in page
    assert "Give back now" in page
    assert "Given outside of requests" in page


def test_it_is_given_back_on_the_page(client_of, given, work):
    page = text_of(client_of("hugo").get(f"/requests/{given.ref}"))
    assert "Give back now" in page
    said = {"version": given.version, "next": "/me"}
    answer = client_of("hugo").post(f"/requests/{given.ref}/give-back", said, follow=True)
    assert answer.redirect_chain == [("/me", 302)]
    assert "it is being taken away now" in text_of(answer)
    assert work(given).state == "revoked"
    late = client_of("hugo").post(f"/requests/{given.ref}/give-back", said)
    assert late.status_code == 409


def test_somebody_else_neither_gives_back_nor_takes_back(client_of, given):
    assert client_of("oscar").post(f"/requests/{given.ref}/give-back").status_code == 404
    assert (
        client_of("hugo").post(f"/requests/{given.ref}/revoke", {"reason": "x"}).status_code == 403
    )
    said = {"version": given.version, "reason": "The project ended early"}
    answer = client_of("mara").post(f"/requests/{given.ref}/revoke", said, follow=True)
    assert "taken away now" in text_of(answer)


def test_longer_is_asked_for_with_the_end_it_has(client_of, company, given):
    address = f"/requests/new?extends={given.ref}"
    said = {"person": company.hugo.email, "length": "30", "reason": "The evaluation goes on"}
    refused = client_of("hugo").post(address, said)
    assert "Nobody could approve this" in text_of(refused)
    make_person("Sid Brandt", email=email_of("sid"), user=user_of("sid"))
    page = text_of(client_of("hugo").get(address))
    assert "Ask for longer" in page
    assert "It ends" in page
    assert "Without an end" not in page
    preview = {**said, "resource": company.nightly.ref, "role": "member", "extends": given.ref}
    assert "already" not in text_of(client_of("hugo").get("/requests/preview", preview))
    answer = client_of("hugo").post(address, said, follow=True)
    assert AccessRequest.objects.filter(extends=given, days=30).exists(), text_of(answer)
    assert "30 days more" in text_of(answer)
