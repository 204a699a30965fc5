"""Asked for, approved by two, given, verified, over and read to be gone: through HTTP and the jobs
that follow, against the simulated provider."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenure.api.tests.conftest import program_of
from tenure.connections.models import Connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Account, Resource
from tenure.inventory.tests.conftest import _organization, connection, openai, sync
from tenure.jobs import schedules
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.tests.conftest import later
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person
from tenure.testing.jobs import run_jobs

__all__ = ["_organization", "connection", "later", "openai", "program_of", "sync"]
HUGO = email_of("hugo")
MINUTE, DAY = 60, 24 * 3600
CHANGES = ("POST", "DELETE")


@pytest.fixture
def halden(connection, openai, sync):
    """Hugo, whom Rita manages, has no account in the organization that Sid answers for."""
    openai.add_project("eval-nightly")
    sync()
    for name in ("hugo", "rita", "sid"):
        manager = email_of("rita") if name == "hugo" else ""
        user = user_of(name)
        make_person(user.name, email=user.email, user=user, manager_email_key=manager)
    Connection.objects.filter(pk=connection.pk).update(owner=user_of("sid"), interval_minutes=30)
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    openai.forget_requests()
    return SimpleNamespace(
        openai=openai, project=Resource.objects.get(name="eval-nightly"), connection=connection
    )


@pytest.fixture
def passes(later):
    """`passes(60)`: so many seconds pass, and all that the clock and the jobs make of it."""

    def run(seconds, *, rounds=4):
        later(seconds)
        for _ in range(rounds):
            schedules.write_missing()
            schedules.fire_due()
            run_jobs(failures_are_fine=True)
            later(MINUTE)

    return run


def changes(openai):
    return [
        (one["method"], one["path"].partition("/v1")[2])
        for one in openai.requests()
        if one["method"] in CHANGES
    ]


@pytest.fixture
def approved(halden, program_of):
    """Hugo asks for thirty days, and Rita and Sid approve; `approved()`: how it stands."""
    hugo, rita, sid = (program_of(name) for name in ("hugo", "rita", "sid"))
    asked = hugo.post(
        "/requests",
        {
            "resource": str(halden.project.ref),
            "role": "member",
            "reason": "For the nightly batch",
            "days": 30,
        },
    )
    assert asked.status_code == 201, asked.document
    assert asked.document["state"] == "pending_approval"
    page = f"/requests/{asked.document['ref']}"
    first = rita.post(f"{page}/approve", {"comment": "He runs it"})
    assert (first.status_code, first.document["state"]) == (200, "pending_approval")
    second = sid.post(f"{page}/approve", {})
    assert (second.status_code, second.document["state"]) == (200, "pending_provisioning")
    return lambda: hugo.get(page).document


def test_from_asking_to_having_and_to_the_proof_that_it_is_over(halden, approved, passes):
    openai = halden.openai
    passes(MINUTE)
    assert approved()["state"] == "awaiting_acceptance"
    assert changes(openai) == [("POST", "/organization/invites")]
    (invite,) = [one for one in openai.invites() if one["email"] == HUGO]
    assert (invite["role"], invite["projects"]) == (
        "reader",
        [{"id": halden.project.external_id, "role": "member"}],
    )
    openai.accept_invite(HUGO)
    passes(31 * MINUTE)
    had = approved()
    assert had["state"] == "verified"
    assert had["ends_at"]
    assert [one["kind"] for one in had["events"]] == [
        *("asked", "approved", "approved", "giving", "invited", "accepted"),
        *("provisioned", "verified"),
    ]
    passes(30 * DAY)
    passes(31 * MINUTE)
    over = approved()
    assert over["state"] == "expired"
    assert [one["kind"] for one in over["events"]][-2:] == ["ending", "over"]
    assert HUGO not in {one["email"] for one in openai.users()}
    user = Account.objects.get(email=HUGO).external_id
    assert changes(openai)[1:] == [
        ("DELETE", f"/organization/projects/{halden.project.external_id}/users/{user}"),
        ("DELETE", f"/organization/users/{user}"),
    ]


@pytest.mark.parametrize("answer", ["timeout", "500", "reset"])
def test_the_provider_does_it_and_does_not_say_so(halden, approved, passes, answer):
    openai = halden.openai
    openai.faults(commit_then=f"{answer}@POST:invites#1")
    passes(MINUTE)
    waiting = approved()
    assert (waiting["state"], waiting["state_reason"]) == ("awaiting_acceptance", "")
    texts = ProvisioningOperation.objects.get().steps.values_list("text", flat=True)
    assert "The answer was lost; a read shows that the change was made." in texts
    assert changes(openai) == [("POST", "/organization/invites")]
    assert len([one for one in openai.invites() if one["email"] == HUGO]) == 1
