"""A hundred leave on one day, automatically: the brake holds, and one release lets all go."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.urls import reverse

from tenure.cli import main
from tenure.cli.output import state as output
from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.jobs import enqueue
from tenure.jobs.models import Job
from tenure.lib import clock
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.tasks import look_after_cases
from tenure.provisioning.models import BrakeRelease, ProvisioningOperation
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person
from tenure.testing.jobs import run_jobs
from tenure.testing.lengths import length
from tenure.users.actors import actor_of_user
from tenure.users.operations.create_token import create_token
from tests.faults import judge

LEAVERS = length(12, full=100)
LIMIT = 10  # of 132 accounts one in twenty is fewer
PER_MINUTE = 100
BURST = PER_MINUTE // 4 + PER_MINUTE // 16
RANKS = ("admin_key", "project_key", "invitation", "member")
State = ProvisioningOperation.State
Block = ProvisioningOperation.Block


@pytest.fixture
def leavers(connection, openai, sync):
    """Of three, one has an admin key, one a pending invitation, one a key of a project."""
    people = [one for one in openai.users() if one["role"] == "reader" and one["email"]][:LEAVERS]
    openai.add_project("search")
    owner = next(one for one in openai.users() if one["role"] == "owner")
    for project in openai.projects():  # none of them depends on a leaver alone
        openai.put_member(project["id"], owner["email"], role="owner")
    for number, one in enumerate(people):
        if number % 3 == 0:
            openai.add_admin_key(one["email"], name=f"admin-{number}")
        elif number % 3 == 1:
            openai.add_invite(one["email"].replace("@", "+new@"))
        else:
            openai.put_member("search", one["email"])
            openai.add_project_key("search", one["email"], name=f"key-{number}")
    sync()
    ended = clock.now() - timedelta(minutes=2)
    for one in people:
        address = one["email"].replace("@", "+new@")
        person = make_person(one["name"], email=one["email"])
        person.other_emails.create(email=address, email_key=address)
        person.ends_at = person.end_at = ended
        person.save()
    link_accounts(actor=actor_of("ada"))
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    set_connection(
        ref=connection.ref,
        removal_policy="automatic",
        requests_per_minute=PER_MINUTE,
        actor=actor_of("ada"),
    )
    openai.forget_requests()
    return people


@pytest.fixture
def work(openai, time_machine):
    """Whatever is due, and then what becomes due, until nothing is left to do. The clock stands
    still in between, so that no request comes early.
    """
    time_machine.move_to(clock.now(), tick=False)

    def until_still():
        enqueue(look_after_cases)
        while True:
            run_jobs(failures_are_fine=True, at_most=10_000)
            waiting = Job.objects.filter(state=Job.State.QUEUED).order_by("run_after").first()
            if waiting is None:
                return
            later = max(1.0, (waiting.run_after - clock.now()).total_seconds())
            time_machine.move_to(clock.now() + timedelta(seconds=later), tick=False)
            openai.advance(later)

    return until_still


@pytest.fixture(params=["page", "command"])
def release(request, connection, client_of, capsys, monkeypatch):
    """`release()`: a second person lets go what the brake keeps, in the one or the other way."""
    make_person("Mara Okafor", email=email_of("mara"))

    def by_page():
        address = reverse("provisioning:release", args=[connection.ref])
        assert client_of("mara").post(address).status_code == 302

    def by_command():
        actor = actor_of_user(user_of("mara"))
        _, secret = create_token(name="a shell", scopes=["provisioning:write"], actor=actor)
        monkeypatch.setattr(output, "json", False)
        monkeypatch.setenv("TENURE_TOKEN", secret)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "operations", "release-brake", connection.name])
        assert ended.value.code == 0
        assert json.loads(capsys.readouterr().out)["operations"] == LEAVERS - LIMIT

    return {"page": by_page, "command": by_command}[request.param]


def states_of(kind):
    mine = ProvisioningOperation.objects.filter(target_kind=kind)
    return Counter(mine.values_list("state", flat=True))


def test_the_brake_holds_and_after_one_release_all_are_verified(leavers, work, release, openai):
    work()  # the cases of fifty are opened at once
    work()
    assert states_of("member") == {State.VERIFIED: LIMIT, State.BLOCKED: LEAVERS - LIMIT}
    assert states_of("project_key") == {State.VERIFIED: LEAVERS // 3}
    blocked = ProvisioningOperation.objects.filter(state=State.BLOCKED)
    assert {one.block for one in blocked} == {Block.BRAKE}
    here = {user["id"] for user in openai.users()}
    assert sum(one["id"] in here for one in leavers) == LEAVERS - LIMIT

    release()
    work()
    assert set(ProvisioningOperation.objects.values_list("state", flat=True)) == {State.VERIFIED}
    cases = OffboardingCase.objects.values_list("state", "opened")
    assert Counter(cases) == {("complete", "time"): LEAVERS}
    assert BrakeRelease.objects.get().count == LEAVERS - LIMIT
    here = {user["id"] for user in openai.users()}
    assert not [one for one in leavers if one["id"] in here]

    told = judge.verdict(openai)
    assert told["made"] == told["requests"] == ProvisioningOperation.objects.count()
    assert judge.is_innocent(told), told
    check_order(openai)
    check_pace(openai)


def check_order(openai):
    """What acts alone went first, for each leaver."""
    of_target = {one.target_id: one for one in ProvisioningOperation.objects.all()}
    went = defaultdict(list)
    for change in openai.changes():
        one = of_target[change["request"]["target"]]
        went[one.person_id].append(RANKS.index(one.target_kind))
    assert len(went) == LEAVERS
    assert all(kinds == sorted(kinds) for kinds in went.values())


def check_pace(openai):
    """No minute saw more than the budget, and what may be sent at once."""
    sent = [request["ts"] for request in openai.requests()]
    for first, at in enumerate(sent):
        within = sum(one < at + 60 for one in sent[first:])
        assert within <= PER_MINUTE + BURST
