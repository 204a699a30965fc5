"""A sync as its page shows it: under way, complete, held and failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tenure.connections.connecting import judge
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.inventory import reading, syncing
from tenure.inventory.models import SyncRun
from tenure.inventory.operations.request_sync import request_sync
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
    connection = connect_organization(judged=judged, name="OpenAI", actor=actor_of("ada"))

    def run(trigger: str = "hand") -> SyncRun:
        asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
        SyncRun.objects.filter(pk=asked.pk).update(trigger=trigger)
        syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
        asked.refresh_from_db()
        return asked

    return run


def page_of(run: SyncRun) -> str:
    return f"/connections/{run.connection.ref}/runs/{run.ref}"


def test_a_first_sync_under_way_shows_what_is_already_here(visit, look, sync, monkeypatch):
    monkeypatch.setattr(reading, "_NOTE_EVERY_S", 0)
    monkeypatch.setattr(reading.Reading, "_finish", lambda *_: 1 / 0)
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


def test_a_failed_run_says_that_nothing_was_changed(visit, look, sync, openai):
    openai.faults(revoked="all")
    page = visit(page_of(sync()), who="ada", **look)
    page.get_by_text("Nothing was changed").wait_for()
    visit.inspect(page, "run-failed")
