"""The sweep: what is over, in one statement, and what becomes of it after that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.access_requests.minding import look_after_requests
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.expire_requests import expire_requests
from tenure.access_requests.tests.approved import approve, make_request
from tenure.access_requests.tests.giving import (
    ADA,
    HUGO,
    NINA,
    _organization,
    company,
    connection,
    later,
    minute,
    openai,
    read,
    sync,
    work,
)
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection, make_person, make_project
from tenure.webhooks.models import WebhookEvent

__all__ = [
    "_organization",
    "company",
    "connection",
    "later",
    "minute",
    "openai",
    "read",
    "sync",
    "work",
]
DAY = 24 * 3600


def held(number, state="verified", ends_in=-1):
    """So many of a project, each of somebody else."""
    project = make_project(make_connection())
    at = now()
    return [
        make_request(
            make_person(),
            project,
            "member",
            state=state,
            provisioned_at=at - timedelta(days=30),
            ends_at=at + timedelta(seconds=ends_in),
        )
        for _ in range(number)
    ]


def about_requests(asked):
    table = 'UPDATE "access_requests_accessrequest"'
    return [one for one in asked.captured_queries if one["sql"].startswith(table)]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 7])
def test_one_statement_moves_every_one_that_is_over(number):
    due, ahead = held(number), held(2, ends_in=60)
    with CaptureQueriesContext(database) as asked:
        assert expire_requests(actor=ADA) == number
    assert len(about_requests(asked)) == 1
    assert len(asked) < 25
    for request in due:
        request.refresh_from_db()
        assert (request.state, request.ending, request.version) == ("ending", "expiry", 2)
        assert request.events.get().kind == "ending"
    assert {one.state for one in AccessRequest.objects.filter(pk__in=[a.pk for a in ahead])} == {
        "verified"
    }
    assert WebhookEvent.objects.filter(type="request.ending").count() == number
    assert expire_requests(actor=ADA) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_over"),
    [
        ("awaiting_acceptance", True),
        ("provisioned", True),
        ("verified", True),
        ("pending_approval", False),
        ("pending_provisioning", False),
        ("expired", False),
    ],
)
def test_what_was_given_or_may_be_accepted_runs_out(state, is_over):
    held(1, state=state)
    assert expire_requests(actor=ADA) == int(is_over)


@pytest.mark.django_db
def test_only_those_who_may_change_things_sweep():
    with pytest.raises(NotAllowed):
        expire_requests(actor=actor_of("hugo"))


def test_expired_only_when_its_removal_is_read_back(company, work, read, minute, later):
    request = read(work(approve(company.hugo, company.nightly, "member", days=1)))
    later(DAY + 1)
    look_after_requests(actor=ADA)
    request.refresh_from_db()
    assert request.state == "ending"
    request = minute(request)
    assert (request.state, request.ending) == ("expired", "expiry")
    assert HUGO in {one["email"] for one in company.openai.users()}


def test_an_invitation_that_nobody_accepted_in_time_is_cancelled(
    company, work, minute, later, openai
):
    tomorrow = (now() + timedelta(days=1)).date()
    request = work(approve(company.nina, company.nightly, "member", until=tomorrow))
    assert request.ends_at is not None
    later(2 * DAY + 1)
    request = minute(request)
    assert request.state == "expired"
    assert not [one for one in openai.invites() if one["email"] == NINA]


def test_what_was_approved_and_not_given_in_time_is_not_given(company, minute, later):
    company.connection.state = "paused"
    company.connection.save(update_fields=["state"])
    tomorrow = (now() + timedelta(days=1)).date()
    request = minute(approve(company.hugo, company.nightly, "member", until=tomorrow))
    assert request.state == "pending_provisioning"
    later(2 * DAY + 1)
    assert minute(request).state == "expired"


def test_a_worker_that_dies_in_between_leaves_it_to_the_next(company, work, read, minute, later):
    request = read(work(approve(company.hugo, company.nightly, "member", days=1)))
    later(DAY + 1)
    expire_requests(actor=ADA)  # and no more
    assert minute(request).state == "expired"


def test_who_left_has_nothing_decided_and_nothing_given_any_more(
    company, work, read, minute, later
):
    pending = make_request(company.hugo, company.search, "owner", approved_at=None)
    given = read(work(approve(company.hugo, company.nightly, "member", days=5)))
    company.hugo.is_disabled = True
    company.hugo.save(update_fields=["is_disabled"])
    given = minute(given)
    pending.refresh_from_db()
    assert pending.state == "cancelled"
    assert (given.state, given.ending) == ("ending", "revoked")
    assert "offboarding takes it away" in given.state_reason
    company.openai.remove_user(HUGO)
    assert read(given).state == "revoked"


def test_whose_offboarding_waits_too_long_loses_it_at_its_end(company, work, read, minute, later):
    given = read(work(approve(company.hugo, company.nightly, "member", days=5)))
    company.hugo.is_disabled = True
    company.hugo.save(update_fields=["is_disabled"])
    assert minute(given).state == "ending"
    later(6 * DAY)
    assert minute(given).state == "revoked"
    assert HUGO in {one["email"] for one in company.openai.users()}
