"""A sync as its page shows it: under way, complete, held and failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tenure.connections.connecting import judge
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.inventory import reading, saving, syncing
from tenure.inventory.models import Collection, SyncCollection, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.organization import run_of_many
from tenure.inventory.tests.scripted import made_connection
from tenure.lib.clock import now
from tenure.simulator.openai.running import RunningSimulator, running_simulator
from tenure.testing.cast import actor_of


@pytest.fixture(scope="module")
def _openai() -> Iterator[RunningSimulator]:
    with running_simulator(users=130, invites=3, projects=1, members=2) as simulator:
        yield simulator


@pytest.fixture
def openai(_openai, transactional_db) -> Iterator[RunningSimulator]:
    _openai.reset()
    yield _openai
    _openai.clear_faults()


@pytest.fixture
def sync(openai) -> Callable[..., SyncRun]:
    """`sync()`: a whole run, here and now."""
    credentials = Credentials(
        organization_id=openai.organization_id, api_key=openai.admin_key, base_url=openai.url
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of("ada"))
    connection = connect_organization(
        judged=judged, name="OpenAI", requests_per_minute=None, actor=actor_of("ada")
    )

    def run(trigger: str = "hand") -> SyncRun:
        asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
        SyncRun.objects.filter(pk=asked.pk).update(trigger=trigger)
        syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
        asked.refresh_from_db()
        return asked

    return run


def page_of(run: SyncRun) -> str:
    return f"/connections/{run.connection.ref}/runs/{run.ref}"


def test_a_first_sync_under_way_shows_what_is_already_here(visit, look, sync, openai, monkeypatch):
    monkeypatch.setattr(saving, "MERGE_EVERY_S", 0)
    openai.faults(delay="1@users#2")
    finish = reading.Reading.finish
    monkeypatch.setattr(
        reading.Reading, "finish", lambda s: 1 / 0 if s.row.key == "users" else finish(s)
    )
    with pytest.raises(ZeroDivisionError):
        sync("first")
    run = SyncRun.objects.get()
    page = visit(f"/connections/{run.connection.ref}/connected", who="ada", **look)
    page.get_by_role("heading", name="Reading your organization").wait_for()
    page.get_by_role("heading", name="Already here").wait_for()
    visit.inspect(page, "run-under-way")
    SyncRun.objects.update(status="cancelled")
    page.get_by_role("heading", name="Cancelled").wait_for()
    visit.inspect(page, "run-cancelled")


def test_a_complete_run_tells_where_everything_went(visit, look, sync):
    page = visit(page_of(sync()), who="ada", **look)
    page.get_by_text("130 received, 130 stored").first.wait_for()
    visit.inspect(page, "run-complete")


def test_a_held_run_names_who_is_missing_and_asks_before_it_goes_on(visit, look, sync, openai):
    sync()
    openai.faults(users_lost=0.4)
    page = visit(page_of(sync()), who="mara", **look)
    page.get_by_text("Nobody was ended").wait_for()
    visit.inspect(page, "run-held")
    page.get_by_role("button", name="Release this run").click()
    page.get_by_role("button", name="Read again and end what is missing").wait_for()
    visit.inspect(page, "run-release")


@pytest.mark.in_full
def test_a_failed_run_says_that_nothing_was_changed(visit, look, sync, openai):
    openai.faults(revoked="all")
    page = visit(page_of(sync()), who="ada", **look)
    page.get_by_text("Nothing was changed").wait_for()
    visit.inspect(page, "run-failed")


@pytest.fixture
def many(transactional_db) -> SyncRun:
    """A run of 300 lists: some changed, some broke off, some were left."""
    run = run_of_many(
        made_connection(requests_per_minute=50), 300, status="partial", added=12, changed=1, ended=3
    )
    Connection.objects.update(name="OpenAI Production", organization_id="org-Kb3vQ0r1Ws7Lx2Tn")
    run.left = {"project_users": 59}
    run.save(update_fields=["left"])
    rows = run.collections.order_by("id")
    for row in rows[:2]:
        row.state, row.reason = "incomplete", "OpenAI leads back to a page already read."
        row.save(update_fields=["state", "reason"])
    for number, row in enumerate(rows[5:8], start=1):
        row.added, row.ended = 4 * number, number % 2
        row.save(update_fields=["added", "ended"])
    return run


def test_a_run_of_hundreds_of_lists_is_read_at_a_glance(visit, look, many):
    page = visit(page_of(many), who="mara", **look)
    page.get_by_text("298 of 359 read, 2 incomplete, 59 left").first.wait_for()
    visit.inspect(page, "run-many")
    page.get_by_role("link", name="All lists").click()
    page.get_by_role("link", name="With changes").click()
    page.get_by_text("3 of 3 lists").wait_for()
    page.get_by_role("link", name="All 300").click()
    page.get_by_text("50 of 300 lists").wait_for()
    visit.inspect(page, "run-lists")


@pytest.mark.in_full
def test_a_run_under_way_says_how_long_and_what_it_waits_for(visit, look, many):
    later = many.collections.order_by("-id").values_list("pk", flat=True)[:200]
    SyncCollection.objects.filter(pk__in=list(later)).update(
        state="waiting", finished_at=None, started_at=None, pages=0, received=0, expected=3
    )
    at = now()
    SyncRun.objects.update(
        status="running",
        finished_at=None,
        pages=100,
        requests=100,
        waits_until=at + timedelta(seconds=90),
        queued_at=at - timedelta(minutes=12),
        started_at=at - timedelta(minutes=12),
    )
    page = visit(page_of(many), who="mara", **look)
    page.get_by_text("Waiting for the request budget, goes on in 1 min").wait_for()
    visit.inspect(page, "run-many-waiting")


def test_a_connection_says_how_fresh_it_is_and_what_the_next_sync_takes(visit, look, many):
    Collection.objects.filter(key__endswith="7").update(completed_at=None, attempted_at=None)
    page = visit(f"/connections/{many.connection.ref}", who="mara", **look)
    page.get_by_text("Next sync: ≈ 2").wait_for()
    page.get_by_text("270 of 300 read", exact=True).wait_for()
    visit.inspect(page, "connection-many")
    page.goto(page.url.rpartition("/")[0])
    visit.inspect(page, "connections-many")
