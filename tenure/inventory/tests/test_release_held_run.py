from __future__ import annotations

import pytest
from django.urls import reverse

from tenure.audit.models import AuditEvent
from tenure.cli.output import operator
from tenure.inventory import syncing
from tenure.inventory.models import Account, Grant, HeldEnding, Resource, SyncRun
from tenure.inventory.operations.release_held_run import release_held_run
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.conftest import USERS
from tenure.inventory.tests.organization import Organization
from tenure.inventory.tests.scripted import made_connection
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


def gone() -> set[str]:
    return set(Account.objects.filter(status="gone").values_list("external_id", flat=True))


def released(held: SyncRun) -> SyncRun:
    run = release_held_run(run_ref=held.ref, actor=actor_of("mara"))
    syncing.run_sync(run_ref=run.ref, actor=actor_of("mara"))
    run.refresh_from_db()
    return run


@pytest.fixture
def held(openai, sync) -> SyncRun:
    """40 of 130 users have really left, and the brake holds that."""
    sync()
    for user in openai.users()[-40:]:
        openai.remove_user(user["id"])
    run = sync()
    assert run.status == "held"
    return run


def test_what_is_missing_both_times_ends(openai, held):
    run = released(held)
    assert (run.status, run.ended, run.trigger) == ("complete", 40, "release")
    assert len(gone()) == 40
    event = AuditEvent.objects.get(verb="sync_run.released")
    assert (event.subject_ref, event.detail["would_end"]) == (str(held.ref), 40)


def test_what_is_back_by_then_stays(openai, held):
    (back,) = Account.objects.filter(
        external_id__in=HeldEnding.objects.values("external_id")
    ).order_by("id")[:1]
    openai.add_user(back.email, id=back.external_id)
    run = released(held)
    assert (run.status, run.ended) == ("complete", 39)
    assert back.external_id not in gone()


def test_more_than_was_held_is_held_again(openai, held):
    """The decision was about 40 people. 40 others are another question."""
    agreed = set(HeldEnding.objects.values_list("external_id", flat=True))
    for user in openai.users()[-40:]:
        openai.remove_user(user["id"])
    run = released(held)
    assert (run.status, run.collections.get(key="users").ended) == ("held", 40)
    assert gone() == agreed
    assert HeldEnding.objects.filter(run=run).count() == 40
    assert not HeldEnding.objects.filter(run=held).exists()


def test_a_released_run_is_not_held_again_by_an_empty_list(openai, sync):
    sync()
    openai.faults(users_empty=True)
    run = released(sync())
    assert (run.status, run.ended) == ("complete", USERS)


def test_a_later_sync_by_itself_holds_again_and_replaces_the_list(held, sync):
    again = sync()
    assert again.status == "held"
    assert set(HeldEnding.objects.values_list("run_id", flat=True)) == {again.pk}
    with pytest.raises(Conflict, match="newest run"):
        release_held_run(run_ref=held.ref, actor=actor_of("mara"))


def test_nothing_is_held_any_more_once_everyone_is_back(openai, sync):
    sync()
    openai.faults(users_lost=0.5)
    held = sync()
    openai.clear_faults()
    assert sync().status == "complete"
    with pytest.raises(Conflict):
        release_held_run(run_ref=held.ref, actor=actor_of("mara"))
    assert not gone()


def test_a_run_that_is_not_held_cannot_be_released(sync):
    with pytest.raises(Conflict, match="not held"):
        release_held_run(run_ref=sync().ref, actor=actor_of("mara"))


def test_it_waits_for_a_sync_that_is_running(connection, held):
    request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="running"):
        release_held_run(run_ref=held.ref, actor=actor_of("mara"))


def test_who_may_sync_but_not_release_is_refused(held):
    with pytest.raises(NotAllowed):
        release_held_run(run_ref=held.ref, actor=actor_of("sid"))


def test_the_local_operator_may_decide_only_before_the_first_admin(held):
    user_of("ada")
    with pytest.raises(NotAllowed, match="person's decision"):
        release_held_run(run_ref=held.ref, actor=operator())


def test_before_the_first_admin_the_local_operator_may(held):
    assert release_held_run(run_ref=held.ref, actor=operator()).releases == held


# Lists of projects and their members


@pytest.fixture
def company(monkeypatch):
    """`company.sync()`: thirteen projects, one of them with thirteen members."""
    connection = made_connection()
    connection.requests_per_minute = None
    connection.save(update_fields=["requests_per_minute"])
    members = {"search": list(range(13)), **{f"small-{n}": [n] for n in range(12)}}
    organization = Organization(users=13, members=members)
    organization.read_by = lambda **columns: organization.sync(connection, monkeypatch, **columns)
    organization.release = lambda held: organization.go_on(
        release_held_run(run_ref=held.ref, actor=actor_of("mara")), monkeypatch
    )
    organization.read_by()
    return organization


def test_members_of_a_project_are_held_by_name_and_released(company, client_of):
    company.members["search"] = [0]
    held = company.read_by()
    assert (held.status, held.ended) == ("held", 0)
    assert held.reason == "Members of Search: 12 of 13 members would end, so a person must decide."
    page = reverse("inventory:run", args=[held.connection.ref, held.ref])
    html = client_of("mara").get(page).content.decode()
    assert 'id="h-held-1">Missing from Members of Search <span class="t-count">12</span>' in html
    assert "User 12" in html
    assert "User 12" not in client_of("aud").get(page).content.decode()
    assert Grant.objects.filter(ended_at=None).count() == 25
    run = company.release(held)
    assert (run.status, run.ended) == ("complete", 12)
    assert Grant.objects.filter(ended_at=None).count() == 13


def test_projects_are_held_by_name_and_what_is_back_stays(company, client_of):
    lost = {key: company.members.pop(key) for key in list(company.members) if key != "search"}
    held = company.read_by()
    assert held.status == "held"
    page = reverse("inventory:run", args=[held.connection.ref, held.ref])
    html = client_of("mara").get(page).content.decode()
    assert "Small-11" in html
    assert '>Missing from Projects <span class="t-count">12</span>' in html
    company.members["small-3"] = lost["small-3"]
    run = company.release(held)
    gone = set(
        Resource.objects.filter(ended_at__isnull=False).values_list("external_id", flat=True)
    )
    assert run.status == "complete"
    assert gone == set(lost) - {"small-3"}
    assert set(Grant.objects.filter(ended_at=None).values_list("entitlement__resource__name")) == {
        ("Search",),
        ("Small-3",),
    }, "what nobody can reach any more is held by nobody"


def test_the_decision_is_recorded_with_the_numbers_of_each_list(company):
    company.members["search"] = [0]
    company.users = 1
    held = company.read_by()
    company.release(held)
    event = AuditEvent.objects.get(verb="sync_run.released")
    assert event.detail["would_end"] == 24
    assert event.detail["lists"] == {"users": 12, "project_users:search": 12}
