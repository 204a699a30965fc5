from __future__ import annotations

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.inventory import reading, saving, syncing
from tenure.inventory.models import SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.conftest import ALL
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page_of(run: SyncRun) -> str:
    return reverse("inventory:run", args=[run.connection.ref, run.ref])


def ours(queries: CaptureQueriesContext) -> list[str]:
    """The statements of this slice's pages; the shell around them has a budget of its own."""
    tables = ("inventory_sync", "inventory_collection", "inventory_heldending")
    asked = [one["sql"] for one in queries if "AS bounded)" not in one["sql"]]
    return [sql for sql in asked if any(table in sql for table in tables)]


def test_a_finished_run_tells_where_everything_went(client_of, sync):
    client, run = client_of("mara"), sync()
    with CaptureQueriesContext(database) as queries:
        html = client.get(page_of(run)).content.decode()
    assert len(ours(queries)) <= 2
    assert "Everything was read" in html
    assert "130 received, 130 stored" in html
    assert "3 received, 3 stored" in html
    assert "data-poll" not in html


def test_an_open_run_asks_again_and_a_finished_one_does_not(client_of, connection):
    client = client_of("mara")
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    fragment = client.get(page_of(run), headers=HTMX).content.decode()
    assert 'data-poll="1000"' in fragment
    assert "<html" not in fragment
    SyncRun.objects.update(status="cancelled")
    assert "data-poll" not in client.get(page_of(run), headers=HTMX).content.decode()


def test_a_later_run_knows_how_much_there_is_to_read(
    client_of, openai, sync, connection, monkeypatch
):
    sync()
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    monkeypatch.setattr(saving, "MERGE_EVERY_S", 0)
    monkeypatch.setattr(reading.Reading, "finish", lambda *_: 1 / 0)
    openai.faults(delay="1@users#2")
    with pytest.raises(ZeroDivisionError):
        syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
    html = client_of("mara").get(page_of(run), headers=HTMX).content.decode()
    assert " of 13 pages, about" in html


def test_the_page_after_connecting_waits_for_the_run_and_then_shows_it(client_of, connection):
    client, url = client_of("ada"), reverse("inventory:progress", args=[connection.ref])
    assert "About to begin" in client.get(url, headers=HTMX).content.decode()
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    assert page_of(run) in client.get(url, headers=HTMX).content.decode()


def test_sync_now_leads_to_the_run(client_of, connection):
    answer = client_of("mara").post(reverse("inventory:sync", args=[connection.ref]))
    assert answer.headers["Location"] == page_of(SyncRun.objects.get())


def test_sync_now_on_overview_leads_to_the_only_run(client_of, connection):
    answer = client_of("mara").post(reverse("inventory:sync-all"))
    assert answer.headers["Location"] == page_of(SyncRun.objects.get())


def test_a_held_run_says_what_to_do_and_who_is_missing(client_of, openai, sync):
    sync()
    missing = openai.users()[-40:]
    for user in missing:
        openai.remove_user(user["id"])
    run = sync()
    html = client_of("mara").get(page_of(run)).content.decode()
    assert "40 of 130 accounts would end" in html
    assert "Release this run" in html
    assert sum(user["email"] in html for user in missing) == 20
    assert "and 20 more" in html
    assert "Release this run" not in client_of("sid").get(page_of(run)).content.decode()


def test_releasing_needs_a_recent_proof_of_who_one_is(client_of, openai, sync):
    sync()
    openai.faults(users_empty=True)
    run = sync()
    url = reverse("inventory:release", args=[run.connection.ref, run.ref])
    assert "confirm" in client_of("mara", recently=False).post(url).headers["Location"]
    assert SyncRun.objects.filter(trigger="release").count() == 0
    client_of("mara").post(url)
    assert SyncRun.objects.filter(trigger="release").count() == 1


def test_cancel_leads_back_to_the_run(client_of, connection):
    run = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    url = reverse("inventory:cancel", args=[connection.ref, run.ref])
    assert client_of("mara").post(url).headers["Location"] == page_of(run)
    run.refresh_from_db()
    assert run.status == "cancelled"


def test_a_run_is_found_only_under_its_own_connection(client_of, sync):
    run = sync()
    elsewhere = reverse("inventory:run", args=[run.ref, run.ref])
    assert client_of("ada").get(elsewhere).status_code == 404


@pytest.mark.parametrize("who", ["oscar", "hugo", "rita"])
def test_others_do_not_see_runs(client_of, sync, who):
    assert client_of(who).get(page_of(sync())).status_code == 403


def test_an_auditor_sees_the_run_but_no_accounts(client_of, openai, sync):
    html = client_of("aud").get(page_of(sync())).content.decode()
    assert "Everything was read" in html
    assert openai.users()[-1]["email"] not in html
    assert "Already here" not in html


def test_a_manager_of_another_connection_finds_nothing(client_of, sync):
    run = sync()
    stranger = client_of("mara", connection="01a0f0c0-0000-7000-8000-000000000000")
    assert stranger.get(page_of(run)).status_code == 404


def test_the_connections_page_shows_counts_and_freshness(client_of, sync):
    sync()
    client = client_of("ada")
    with CaptureQueriesContext(database) as queries:
        html = client.get(reverse("connections:index")).content.decode()
    assert len(ours(queries)) == 1
    assert "Last complete read" in html
    assert "130" in html


def test_the_connection_shows_its_runs_and_sync_now(client_of, sync):
    run = sync()
    client = client_of("ada")
    with CaptureQueriesContext(database) as queries:
        html = client.get(reverse("connections:detail", args=[run.connection.ref])).content.decode()
    assert len(ours(queries)) == 2
    assert page_of(run) in html
    assert f"{ALL} added" in html
    assert "Sync now" in html
