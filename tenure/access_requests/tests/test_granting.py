"""What an approved request becomes at the provider, whose own log is the judge."""

from __future__ import annotations

import pytest

from tenure.access_requests.tests.approved import approve
from tenure.access_requests.tests.giving import (
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
from tenure.provisioning.models import ProvisioningOperation
from tenure.testing.cast import actor_of

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


def sent(openai):
    """Method and path of all that changed something."""
    return [
        (one["method"], one["path"].partition("/v1")[2])
        for one in openai.requests()
        if one["method"] != "GET"
    ]


def invite_of(openai, email):
    (invite,) = [one for one in openai.invites() if one["email"] == email]
    return invite


def test_who_has_no_account_is_invited_to_exactly_that_project_and_role(company, work, openai):
    request = work(approve(company.nina, company.nightly, "member", days=30))
    assert (request.state, request.state_reason) == ("awaiting_acceptance", "")
    assert sent(openai) == [("POST", "/organization/invites")]
    invite = invite_of(openai, NINA)
    assert (invite["role"], invite["projects"]) == (
        "reader",
        [{"id": company.nightly.external_id, "role": "member"}],
    )
    assert request.ends_at is None


@pytest.mark.parametrize("what", ["group", "organization"])
def test_for_anything_but_a_project_the_invitation_leads_to_none(company, work, openai, what):
    role = "reader" if what == "organization" else ""
    work(approve(company.nina, getattr(company, what), role))
    assert sent(openai) == [("POST", "/organization/invites")]
    invite = invite_of(openai, NINA)
    assert (invite["role"], invite["projects"]) == ("reader", [])


def test_who_has_an_account_is_added(company, work, read, openai):
    request = work(approve(company.hugo, company.nightly, "member", days=30))
    assert (request.state, request.state_reason) == ("provisioned", "")
    assert (request.ends_at - request.provisioned_at).days == 30
    assert sent(openai) == [("POST", f"/organization/projects/{company.nightly.external_id}/users")]
    assert read(request).state == "verified"


def test_who_has_a_lower_role_gets_the_other_and_what_they_had_is_kept(company, work, read):
    request = work(approve(company.hugo, company.search, "owner"))
    assert (request.state, request.role_before) == ("provisioned", "member")
    assert read(request).state == "verified"


def test_a_role_of_the_organization_is_changed(company, work, read, openai):
    openai.change_user(HUGO, role="reader")
    request = work(approve(company.hugo, company.organization, "owner", is_privileged=True))
    (operation,) = ProvisioningOperation.objects.filter(of_requests__request=request)
    assert (operation.action, operation.target_kind, operation.role) == (
        *("change", "member"),
        "owner",
    )


def test_a_group_gets_a_member(company, work, read):
    request = work(approve(company.hugo, company.group))
    assert request.state == "provisioned"
    assert read(request).state == "verified"


def test_who_has_more_already_is_told_so(company, work, read, openai):
    openai.put_member("search", HUGO, role="owner")
    read()
    request = work(approve(company.hugo, company.search, "member"))
    assert request.state == "failed"
    assert request.state_reason == (
        "They are owner there already, which is more than was asked for."
    )


def test_who_has_it_by_now_needs_nothing(company, work, openai):
    request = work(approve(company.hugo, company.search, "member", days=5))
    assert request.state == "verified"
    assert not sent(openai)


def test_whoever_approved_last_need_not_be_able_to_change_anything(company):
    request = approve(company.nina, company.nightly, "member")
    (operation,) = ProvisioningOperation.objects.filter(of_requests__request=request)
    assert operation.planned_by == "Tenure"
    assert not actor_of("rita").may("provisioning.run")


def test_where_nothing_may_be_changed_a_person_does_it(company, work, read, openai):
    connection = company.connection
    connection.removal_is_on = False
    connection.save(update_fields=["removal_is_on"])
    request = work(approve(company.hugo, company.nightly, "member"))
    (operation,) = ProvisioningOperation.objects.filter(of_requests__request=request)
    assert (operation.mode, operation.assignee.name) == ("manual", "Sid Brandt")
    assert request.state_reason == "Sid Brandt is asked to do it by hand."
    assert "Add hugo@halden.example to eval-nightly as member" in operation.instructions
    assert not sent(openai)
    openai.put_member("eval-nightly", HUGO, role="member")
    assert read(request).state == "verified"
    read()
    operation.refresh_from_db()
    assert operation.state == "verified"
