from __future__ import annotations

import datetime as dt
import re

import pytest

from tenure.connections import budget, queries
from tenure.connections.models import Connection
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection

MEMBERS = "project_users"
NOON = dt.datetime(2026, 11, 2, 12, 3, 30, tzinfo=dt.UTC)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def connection(db, clock) -> Connection:
    return make_connection(name="OpenAI Production")


@pytest.fixture
def panel(client_of, connection):
    """`panel()`: the text of the panel as ada sees it, and of its table row by row."""

    def shown(who: str = "ada") -> tuple[str, dict[str, list[str]]]:
        page = client_of(who).get(f"/connections/{connection.ref}").content.decode()
        asked = re.search(r'aria-labelledby="h-budget" hx-get="([^"]+)"', page)
        if asked is None:
            return "", {}
        found = client_of(who).get(asked[1]).content.decode()
        cells = [re.findall(r">([^<]*)</t[hd]>", row) for row in found.split("<tr>")[2:]]
        text = " ".join(re.sub(r"<[^>]+>", " ", found).split())
        return text, {row[0]: row[1:] for row in cells}

    return shown


def test_requests_of_five_minutes_stand_together_with_what_was_refused(panel, connection, clock):
    budget.sent(connection, {"": (30, 0), MEMBERS: (10, 2)})
    clock.shift(60)
    budget.sent(connection, {"": (5, 1)})
    clock.shift(60)
    budget.sent(connection, {MEMBERS: (7, 0)})
    text, rows = panel()
    assert len(rows) == 72
    assert (rows["12:00"], rows["12:05"]) == (["45", "3", "250"], ["7", "0", "250"])
    assert rows["06:10"] == ["0", "0", "250"]
    assert "52 requests in 6 hours, 3 refused. 250 are allowed in 5 minutes." in text


def test_what_is_older_than_the_chart_is_not_counted(panel, connection, clock):
    budget.sent(connection, {"": (30, 0)})
    clock.shift(dt.timedelta(hours=6))
    text, rows = panel()
    assert rows == {}
    assert "Nothing was sent in the last 6 hours." in text
    assert "All requests 50 a minute" in text


def test_what_refusals_have_taught_is_told_in_words(panel, connection, clock):
    budget.lease(connection, MEMBERS, 1)
    budget.limited(connection, MEMBERS, retry_after=90)
    text, _ = panel()
    learned = "Project members 10 a minute Slowed to 7 after OpenAI refused at 12:03 UTC"
    assert f"{learned} Nothing is sent before 12:05:00 UTC" in text
    clock.shift(120)
    text, _ = panel()
    assert learned in text
    assert "before" not in text
    clock.shift(3600)
    text, _ = panel()
    assert "Project members 10 a minute" in text
    assert "Slowed" not in text


def test_a_refusal_of_another_day_is_told_with_its_day(panel, connection, clock):
    clock.move_to(NOON.replace(hour=23, minute=58), tick=False)
    budget.limited(connection, "", retry_after=1)
    clock.shift(180)
    assert "Slowed to 35 after OpenAI refused on 2 Nov at 23:58 UTC" in panel()[0]


def test_with_the_budget_off_there_is_no_allowance(panel, connection, clock):
    Connection.objects.update(requests_per_minute=None)
    budget.sent(connection, {"": (600, 4)})
    text, rows = panel()
    assert rows["12:00"] == ["600", "4"]
    assert "600 requests in 6 hours, 4 refused." in text
    assert "allowed" not in text.lower()
    assert "All requests The provider's own limits" in text.replace("&#x27;", "'")


def test_an_auditor_sees_nothing_of_it(panel, connection, client_of):
    budget.sent(connection, {"": (600, 4)})
    assert panel("aud") == ("", {})
    asked = client_of("aud").get(f"/connections/{connection.ref}/budget").content.decode()
    assert "Nothing was sent" in asked


def test_it_takes_two_questions(connection, django_assert_num_queries):
    budget.sent(connection, {"": (30, 0), MEMBERS: (10, 2)})
    with django_assert_num_queries(2):
        history = queries.budget_history(connection, actor=actor_of("ada"))
        rows = list(queries.budgets(connection, actor=actor_of("ada")))
    assert (len(history), history[-1].requests, rows) == (72, 40, [])


def test_who_may_not_see_the_connection_sees_no_requests(connection):
    budget.lease(connection, MEMBERS, 1)
    budget.sent(connection, {"": (30, 0)})
    elsewhere = make_connection()
    for actor in (actor_of("hugo"), actor_of("sid", connection=str(elsewhere.ref))):
        assert not queries.budgets(connection, actor=actor)
        assert not any(step.requests for step in queries.budget_history(connection, actor=actor))
    assert queries.budgets(connection, actor=actor_of("sid")).count() == 2
