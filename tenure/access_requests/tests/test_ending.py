"""What the end of a request takes back, as the provider shows it afterwards."""

from __future__ import annotations

import pytest

from tenure.access_requests.following import NOT_THEIRS
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.settling import begin_ending
from tenure.access_requests.tests.approved import approve
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
from tenure.access_requests.tests.test_granting import sent
from tenure.access_requests.tests.test_settling import operations_of
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.provisioning.operations.override_operation import override_operation

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
REVOKED = AccessRequest.Ending.REVOKED


@pytest.fixture
def ends(work):
    """`ends(request)`: somebody takes it back, and workers do it."""

    def run(request):
        begin_ending(ref=request.ref, because=REVOKED, reason="Not needed", actor=ADA)
        return work(request)

    return run


def members(openai, project):
    (found,) = [one for one in openai.projects() if one["name"] == project]
    return {one["email"]: one["role"] for one in found["members"]}


def test_who_was_added_leaves_the_project_and_nothing_else(company, work, read, ends, openai):
    request = read(work(approve(company.hugo, company.nightly, "member")))
    request = ends(request)
    assert (request.state, request.ending) == ("revoked", "revoked")
    assert sent(openai)[-1] == (
        "DELETE",
        f"/organization/projects/{company.nightly.external_id}/users/{request.account.external_id}",
    )
    assert HUGO in {one["email"] for one in openai.users()}


def test_before_anything_was_read_it_is_taken_back_all_the_same(company, work, ends, openai):
    request = ends(work(approve(company.hugo, company.nightly, "member")))
    assert request.state == "revoked"
    assert [method for method, _ in sent(openai)] == ["POST", "DELETE"]


@pytest.mark.parametrize("is_read", [True, False])
def test_a_role_goes_back_to_what_it_was(company, work, read, ends, is_read):
    request = work(approve(company.hugo, company.search, "owner"))
    if is_read:
        read(request)
    request = ends(request)
    assert request.state == "revoked"
    last = operations_of(request)[-1]
    assert (last.action, last.role, last.state) == ("change", "member", "verified")


def test_out_of_a_group(company, work, read, ends, openai):
    request = ends(read(work(approve(company.hugo, company.group))))
    assert request.state == "revoked"
    assert sent(openai)[-1][1].startswith(f"/organization/groups/{company.group.external_id}/users")


def test_who_came_by_the_invitation_and_has_nothing_else_leaves_altogether(
    company, work, read, ends, openai
):
    request = work(approve(company.nina, company.nightly, "member"))
    openai.accept_invite(NINA)
    request = ends(read(request))
    assert request.state == "revoked"
    assert NINA not in {one["email"] for one in openai.users()}


def test_but_not_who_has_something_else_by_now(company, work, read, ends, openai):
    request = work(approve(company.nina, company.nightly, "member"))
    openai.accept_invite(NINA)
    read(request)
    openai.put_member("search", NINA, role="member")
    request = ends(read(request))
    assert request.state == "revoked"
    assert NINA in {one["email"] for one in openai.users()}


def test_who_owns_the_organization_by_now_stays_and_it_says_why(company, work, read, ends, openai):
    request = work(approve(company.nina, company.nightly, "member"))
    openai.accept_invite(NINA)
    read(request)
    openai.change_user(NINA, role="owner")
    request = ends(read(request))
    assert request.state == "ending"
    assert "owners cannot be removed from or changed in projects" in request.state_reason
    assert NINA in {one["email"] for one in openai.users()}


def test_whichever_is_over_last_takes_the_account_with_it(company, work, read, ends, openai):
    first = work(approve(company.nina, company.nightly, "member"))
    openai.accept_invite(NINA)
    read(first)
    second = read(work(approve(company.nina, company.search, "member")))
    first = ends(first)
    assert first.state == "revoked"
    assert NINA in {one["email"] for one in openai.users()}
    read()
    assert ends(second).state == "revoked"
    assert NINA not in {one["email"] for one in openai.users()}


def test_while_the_invitation_waits_it_is_cancelled(company, work, ends, openai):
    request = ends(work(approve(company.nina, company.nightly, "member")))
    assert request.state == "revoked"
    assert not [one for one in openai.invites() if one["email"] == NINA]


def test_accepted_at_the_last_moment_the_account_goes_after_the_next_sync(
    company, work, read, ends, openai
):
    request = work(approve(company.nina, company.nightly, "member"))
    openai.accept_invite(NINA)
    request = ends(request)
    assert request.state == "ending"
    assert "accepted" in request.state_reason
    request = work(read(request))
    assert request.state == "revoked"
    assert NINA not in {one["email"] for one in openai.users()}


def test_accepted_by_nobody_we_know_it_stays_until_somebody_says_who(
    company, work, read, ends, openai
):
    request = work(approve(company.nina, company.nightly, "member"))
    openai.accept_invite(NINA)
    openai.change_user(NINA, email="nina.falk@private.example")
    read(request)
    request = ends(request)
    assert (request.state, request.state_reason) == ("ending", NOT_THEIRS)


def test_what_waits_to_be_given_is_not_given_any_more(company, ends, openai):
    request = ends(approve(company.hugo, company.nightly, "member"))
    assert (request.state, request.account) == ("revoked", None)
    assert not sent(openai)
    assert [one.state for one in operations_of(request)] == ["cancelled"]


def test_another_request_that_stands_on_it_keeps_it(company, work, read, ends, openai):
    first = read(work(approve(company.hugo, company.nightly, "member")))
    second = read(work(approve(company.hugo, company.nightly, "owner")))
    assert second.role_before == "member"
    first = ends(first)
    assert (first.state, first.ending) == ("expired", "extended")
    second.refresh_from_db()
    assert second.role_before == ""
    assert ends(second).state == "revoked"
    assert sent(openai)[-1][0] == "DELETE"


def test_who_stops_the_taking_back_has_it_planned_anew(company, work, read, minute):
    request = read(work(approve(company.hugo, company.nightly, "member")))
    begin_ending(ref=request.ref, because=REVOKED, actor=ADA)
    cancel_operation(ref=operations_of(request)[-1].ref, reason="Oh no", actor=ADA)
    assert minute(request).state == "revoked"


def test_who_may_leave_it_for_a_reason_leaves_it_and_the_request_says_so(
    company, work, read, minute, openai
):
    request = read(work(approve(company.hugo, company.nightly, "member")))
    company.connection.state = "paused"
    company.connection.save(update_fields=["state"])
    begin_ending(ref=request.ref, because=REVOKED, actor=ADA)
    work()
    override_operation(ref=operations_of(request)[-1].ref, reason="They are on call", actor=ADA)
    request = minute(request)
    assert (request.state, request.state_reason) == (
        "ending",
        "It was left as it is: They are on call",
    )
    company.connection.state = "active"
    company.connection.save(update_fields=["state"])
    openai.remove_member("eval-nightly", HUGO)
    assert minute(read(request)).state == "revoked"


def test_by_hand_a_sync_is_witness_enough(company, work, read, openai):
    request = read(work(approve(company.hugo, company.nightly, "member")))
    company.connection.removal_policy = "manual"
    company.connection.save(update_fields=["removal_policy"])
    begin_ending(ref=request.ref, because=REVOKED, actor=ADA)
    request = work(request)
    assert request.state_reason == "Sid Brandt is asked to do it by hand."
    openai.remove_member("eval-nightly", HUGO)
    read()
    assert read(request).state == "revoked"


def test_who_gets_it_again_later_is_no_return_of_what_was_removed(company, work, read, ends, later):
    ends(read(work(approve(company.hugo, company.nightly, "member"))))
    read()
    later(3600)
    again = read(work(approve(company.hugo, company.nightly, "member")))
    read()
    assert again.state == "verified"
    assert not ProvisioningOperation.objects.filter(block="came_back").exists()


def test_its_end_is_not_now_unless_it_is(company, work):
    request = work(approve(company.hugo, company.nightly, "member", days=5))
    assert begin_ending(ref=request.ref, actor=ADA).state == "provisioned"
