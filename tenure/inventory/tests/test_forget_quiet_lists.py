from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tenure.audit.models import AuditEvent
from tenure.inventory import tasks
from tenure.inventory.models import SyncCollection, SyncRun
from tenure.inventory.operations.forget_quiet_lists import forget_quiet_lists
from tenure.inventory.tests.organization import run_of_many
from tenure.inventory.tests.scripted import made_connection
from tenure.jobs import enqueue
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> SyncRun:
    """Ten lists read fifteen days ago: one changed, one broke off, eight quiet."""
    run = run_of_many(made_connection(), 10)
    run.collections.filter(key="project_users:proj_0001").update(changed=1)
    run.collections.filter(key="project_users:proj_0002").update(state="incomplete")
    run.collections.update(finished_at=now() - timedelta(days=15))
    return run


def test_it_keeps_what_was_counted_and_the_lists_in_which_something_happened(run, client_of):
    assert forget_quiet_lists(older_than_days=14, actor=actor_of("ada")) == 8
    assert forget_quiet_lists(older_than_days=14, actor=actor_of("ada")) == 0
    assert set(run.collections.values_list("key", flat=True)) == {
        "project_users:proj_0001",
        "project_users:proj_0002",
    }
    page = reverse("inventory:run", args=[run.connection.ref, run.ref])
    html = client_of("mara").get(page).content.decode()
    assert "9 of 10 read, 1 incomplete" in html
    assert "30 received, 30 stored" in html
    lists = client_of("mara").get(f"{page}/collections").content.decode()
    assert "8 in which nothing had changed are not listed any more" in lists
    (event,) = AuditEvent.objects.filter(verb="sync_lists.forgotten")
    assert (event.detail["lists"], event.detail["runs"]) == (8, 1)


def test_it_leaves_what_is_younger_what_is_open_and_the_lists_of_the_organization(run):
    assert forget_quiet_lists(older_than_days=16, actor=actor_of("ada")) == 0
    SyncRun.objects.update(status="running")
    assert forget_quiet_lists(older_than_days=14, actor=actor_of("ada")) == 0


def test_it_is_done_each_day_with_the_days_that_are_set(run, settings):
    settings.TENURE_QUIET_LISTS_DAYS = 16
    enqueue(tasks.forget_quiet_lists)
    run_jobs()
    assert SyncCollection.objects.count() == 10
    settings.TENURE_QUIET_LISTS_DAYS = 14
    enqueue(tasks.forget_quiet_lists)
    run_jobs()
    assert SyncCollection.objects.count() == 2


@pytest.mark.parametrize("who", ["oscar", "hugo", "rita", "aud"])
def test_others_may_not(run, who):
    with pytest.raises(NotAllowed):
        forget_quiet_lists(older_than_days=14, actor=actor_of(who))
