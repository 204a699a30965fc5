from __future__ import annotations

import pytest

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.tests.approved import make_request
from tenure.compliance.explaining import sentence
from tenure.compliance.tests.cases import DAY, NOON
from tenure.compliance.tests.judging import ask, row
from tenure.testing.factories import make_account, make_person, make_project

SLUG = "temporary-access-ended"


@pytest.fixture
def over(organization):
    """What Nina had until yesterday, and what is left of it."""
    person = make_person("Nina Falk")
    return make_request(
        person,
        make_project(organization, "eval-nightly"),
        "member",
        title="member of eval-nightly",
        account=make_account(organization, person=person),
        provisioned_at=NOON - 31 * DAY,
        ends_at=NOON - DAY,
        state="expired",
        ending="expiry",
        ending_at=NOON - DAY,
        over_at=NOON - DAY,
    )


def become(request, **columns):
    AccessRequest.objects.filter(pk=request.pk).update(**columns)


def test_what_is_gone_passes(over):
    assert not ask(SLUG)
    assert (row(SLUG).state, row(SLUG).coverage["judged"]) == ("ok", 1)


@pytest.mark.parametrize("state", ["ending", "verified", "provisioned", "awaiting_acceptance"])
def test_what_is_there_still_fails_from_its_end_on(over, state):
    become(over, state=state, over_at=None, state_reason="The removal is blocked.")
    (finding,) = ask(SLUG).values()
    assert (finding.subject, finding.since) == (f"request:{over.ref}:end", NOON - DAY)
    assert sentence(finding) == (
        f"{over}, member of eval-nightly for Nina Falk, was to end on 22 Nov 2026 and is not gone "
        "yet."
    )
    become(over, state="revoked")
    assert not ask(SLUG)


def test_before_its_end_there_is_nothing_to_find(over):
    become(over, state="verified", over_at=None, ends_at=NOON + DAY)
    assert not ask(SLUG)


def test_where_nothing_has_an_end_there_is_nothing_to_ask(over):
    become(over, ends_at=None)
    ask(SLUG)
    assert row(SLUG).state == "not_applicable"
