"""Pages of runs that read the members of hundreds of projects."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.connections.models import Connection
from tenure.connectors.base import CollectionEnd
from tenure.inventory.models import Collection, Resource, SyncCollection, SyncRun
from tenure.inventory.tests.organization import Organization, run_of_many
from tenure.inventory.tests.scripted import made_connection
from tenure.lib.clock import now

pytestmark = pytest.mark.django_db
MOST_QUERIES, SMALL = 9, 40_000
BROKEN = CollectionEnd(state="incomplete", reason="It broke off.", kind="unreadable")
GONE = CollectionEnd(state="skipped", reason="The project is no more.", kind="parent_gone")
LOCKED = CollectionEnd(state="unavailable", reason="The key lacks a scope.", kind="missing_scope")


def page_of(run: SyncRun) -> str:
    return reverse("inventory:run", args=[run.connection.ref, run.ref])


def lists_of(run: SyncRun, query: str = "") -> str:
    return reverse("inventory:collections", args=[run.connection.ref, run.ref]) + query


@pytest.fixture
def connection(db) -> Connection:
    return made_connection(requests_per_minute=50)


@pytest.fixture
def company(connection) -> Organization:
    """Six projects of two, read without a budget."""
    connection.requests_per_minute = None
    connection.save(update_fields=["requests_per_minute"])
    members = {f"alpha-{n}": [n, n + 1] for n in range(6)}
    return Organization(users=12, members=members)


@pytest.fixture
def text_of(client_of):
    """`text_of(url)`: the page as mara gets it, within the budget of questions."""
    client = client_of("mara")

    def read(url: str, **headers: str) -> str:
        client.get(url)
        with CaptureQueriesContext(database) as queries:
            answer = client.get(url, headers=headers)
        assert answer.status_code == 200
        assert len(queries) <= MOST_QUERIES, [one["sql"][:90] for one in queries]
        return " ".join(answer.content.decode().split())

    return read


def test_a_thousand_lists_are_one_line_and_a_small_page(text_of, connection):
    html = text_of(page_of(run_of_many(connection, 1000)))
    assert "1,000 of 1,000 read" in html
    assert "3,000 received, 3,000 stored" in html
    assert "Project 0500" not in html
    assert len(html) < SMALL


def test_while_it_goes_on_the_page_tells_how_far_it_is(text_of, connection):
    run = run_of_many(connection, 1000, status="running", finished_at=None, requests=400, pages=400)
    rest = run.collections.order_by("-id").values("pk")[:600]
    SyncCollection.objects.filter(pk__in=list(rest.values_list("pk", flat=True))).update(
        state="waiting", finished_at=None, started_at=None, pages=0, received=0, expected=3
    )
    html = text_of(page_of(run), **{"HX-Request": "true"})
    assert "400 of 1,000 read" in html
    assert "400 of 1,000 pages, about 1 h" in html, "600 requests take their time at 8 a minute"
    assert len(html) < SMALL


def test_a_run_that_is_away_says_when_it_goes_on(text_of, connection):
    run = run_of_many(connection, 3, status="running", finished_at=None)
    SyncRun.objects.update(waits_until=now() + timedelta(seconds=12))
    assert "Waiting for the request budget, goes on in 1" in text_of(page_of(run))
    Connection.objects.update(requests_per_minute=None)
    assert "Waiting as the provider asked, goes on in 1" in text_of(page_of(run))
    SyncRun.objects.update(waits_until=now() - timedelta(seconds=1))
    assert "goes on in" not in text_of(page_of(run))


def test_what_did_not_end_well_stands_below_with_its_reason_and_the_quiet_do_not(
    text_of, connection, company, monkeypatch
):
    company.sync(connection, monkeypatch, trigger="first")
    company.ends = {
        "project_users:alpha-0": BROKEN,
        "project_users:alpha-1": BROKEN,
        "project_users:alpha-2": LOCKED,
        "project_users:alpha-3": GONE,
    }
    company.members["alpha-4"] = [4, 5, 6]
    html = text_of(page_of(company.sync(connection, monkeypatch)))
    assert "2 of 6 read, 2 incomplete, 1 unavailable, 1 skipped" in html
    assert "Alpha-0 and Alpha-1<br>" in html, "those with one reason stand together"
    for sentence in ("It broke off.", "The key lacks a scope.", "The project is no more."):
        assert sentence in html
    assert '<th role="rowheader" scope="row">Alpha-4' in html
    assert "Alpha-5" not in html


def test_the_first_run_does_not_list_what_is_new_because_all_of_it_is(
    text_of, connection, company, monkeypatch
):
    html = text_of(page_of(company.sync(connection, monkeypatch, trigger="first")))
    assert "6 of 6 read" in html
    assert "12 received, 12 stored" in html
    assert "Alpha-1" not in html


def test_a_partial_run_says_which_list_and_that_nothing_of_it_was_ended(
    text_of, connection, company, monkeypatch
):
    company.sync(connection, monkeypatch)
    company.ends = {"project_users:alpha-0": BROKEN}
    company.members["alpha-0"] = []
    run = company.sync(connection, monkeypatch)
    assert (run.status, run.ended) == ("partial", 0)
    assert run.reason == "Members of Alpha-0: It broke off."
    html = text_of(page_of(run))
    assert "Members of Alpha-0 could not be read completely" in html
    assert "nothing of it was ended. Everything else was synced." in html
    company.ends["project_users:alpha-1"] = BROKEN
    company.ends["project_users:alpha-2"] = LOCKED
    html = text_of(page_of(company.sync(connection, monkeypatch)))
    assert "Members of Alpha-0 and Members of Alpha-1 could not" in html
    assert "nothing of them was ended. What else could be read was synced." in html


def test_every_list_is_on_a_page_of_its_own_some_at_a_time(text_of, connection):
    run = run_of_many(connection, 120)
    SyncCollection.objects.filter(key="project_users:proj_0003").update(changed=1)
    SyncCollection.objects.filter(key="project_users:proj_0004").update(
        state="incomplete", reason="It broke off."
    )
    first = text_of(lists_of(run))
    assert "50 of 120 lists" in first
    assert "Members of Project 0000" in first
    assert "Members of Project 0050" not in first
    following = re.search(r'href="([^"]+)" rel="next"', first)[1]
    assert "Members of Project 0050" in text_of(lists_of(run, unescape(following)))
    assert "1 of 1 list" in text_of(lists_of(run, "?show=changed"))
    assert "It broke off." in text_of(lists_of(run, "?show=exceptional"))
    assert "No list is like that" in text_of(lists_of(run, "?show=left"))


def test_nobody_sees_the_lists_who_may_not_see_the_run(client_of, connection):
    run = run_of_many(connection, 3)
    assert client_of("hugo").get(lists_of(run)).status_code == 403
    stranger = client_of("mara", connection="01a0f0c0-0000-7000-8000-000000000000")
    assert stranger.get(lists_of(run)).status_code == 404


def test_what_was_planned_stands_beside_what_it_took(text_of, connection):
    run = run_of_many(connection, 214, requests=219)
    assert "Planned: ≈ 214 requests, 5 min. Sent: 219 requests in 6 min." in text_of(page_of(run))
    run = run_of_many(made_connection(), 3, trigger="first")
    assert "Planned" not in text_of(page_of(run)), "nothing was known that could be planned"


def test_the_plan_says_what_the_next_sync_takes_and_when_all_will_be_read(text_of, connection):
    run_of_many(connection, 300)
    plan = reverse("inventory:plan", args=[connection.ref])
    assert "Each list is read again within 1 h." in text_of(plan)
    Collection.objects.filter(key="project_users:proj_0000").update(
        completed_at=None, attempted_at=None
    )
    html = text_of(plan)
    assert "All 300 lists will have been read" in html
    assert "≈ 2" in html
    Connection.objects.update(requests_per_minute=None)
    assert "≈ 316 requests." in text_of(plan)
    Connection.objects.update(kind="nobody-speaks-it")
    assert "not installed" in text_of(plan)


def test_the_connection_says_how_fresh_each_tier_is(text_of, connection, company, monkeypatch):
    company.sync(connection, monkeypatch)
    Collection.objects.filter(key="users").update(completed_at=now() - timedelta(minutes=12))
    Collection.objects.filter(key="project_users:alpha-0").update(completed_at=None)
    Collection.objects.filter(key="project_users:alpha-1").update(
        completed_at=now() - timedelta(hours=3)
    )
    Resource.objects.filter(external_id="alpha-5").update(
        is_out_of_scope=True, scope_reason="Not ours"
    )
    html = text_of(reverse("connections:detail", args=[connection.ref]))
    assert "Users and projects" in html
    assert "12 min ago" in html
    assert "4 of 5 read" in html
    assert "3 h ago" in html
    assert "Members of 4 of 5 read" in html


def test_the_cards_ask_once_however_many_lists_there_are(client_of, connection):
    run_of_many(connection, 300)
    run_of_many(made_connection(), 3)
    client = client_of("ada")
    client.get(reverse("connections:index"))
    with CaptureQueriesContext(database) as queries:
        html = client.get(reverse("connections:index")).content.decode()
    asked = [one["sql"] for one in queries if '"inventory_collection"."state"' in one["sql"]]
    assert len(asked) == 1
    assert "GROUP BY" in asked[0]
    assert html.count("Last complete read") == 2
