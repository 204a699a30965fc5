from __future__ import annotations

import pytest

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.tests.approved import make_request
from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.testing.factories import make_account, make_member, make_person, make_project

SLUG = "granted-as-approved"


@pytest.fixture
def given(organization):
    """Nina is a member of eval-nightly by a request, and a sync says so."""
    person, project = make_person("Nina Falk"), make_project(organization, "eval-nightly")
    account = make_account(organization, person=person)
    make_member(project, account, "member")
    return make_request(
        person,
        project,
        "member",
        title="member of eval-nightly",
        state="verified",
        account=account,
        provisioned_at=NOON - 2 * DAY,
        verified_at=NOON - 2 * DAY,
    )


def become(request, **columns):
    AccessRequest.objects.filter(pk=request.pk).update(**columns)


def test_what_is_as_approved_passes(given):
    assert not ask(SLUG)
    assert (row(SLUG).state, row(SLUG).coverage["judged"]) == ("ok", 1)


def test_what_differs_fails_from_when_that_was_seen(given):
    said = "They have the role owner at OpenAI, and member was approved."
    become(given, state="provisioned", differs=said)
    given.events.create(at=NOON - DAY, kind="differs", by="Tenure", text=said)
    (finding,) = ask(SLUG).values()
    assert (finding.subject, finding.since) == (f"request:{given.ref}", NOON - DAY)
    assert (finding.account, finding.person) == (given.account, given.person)
    assert sentence(finding) == f"{given}, member of eval-nightly for Nina Falk: {said}"
    become(given, state="verified", differs="")
    assert not ask(SLUG)


def test_what_was_not_read_since_is_no_answer(given):
    become(given, state="provisioned")
    ask(SLUG)
    assert row(SLUG).state == "invalid"
    assert "wait for the next sync" in row(SLUG).state_reason


def test_where_nothing_is_held_by_a_request_there_is_nothing_to_ask(given):
    become(given, state="expired")
    ask(SLUG)
    assert row(SLUG).state == "not_applicable"
