"""What was sent to a provider, drawn on the page of the connection."""

from __future__ import annotations

import re
from datetime import timedelta
from math import sin

import pytest
from playwright.sync_api import expect

from tenure.connections import budget
from tenure.connections.models import BudgetMinute, Connection
from tenure.lib.clock import now
from tenure.testing.factories import make_connection

MEMBERS = "project_users"


@pytest.fixture
def connection(transactional_db) -> Connection:
    """Six hours of a sync every half hour, whose members were refused twice."""
    connection = make_connection(name="OpenAI Production")
    budget.lease(connection, MEMBERS, 1)
    budget.limited(connection, MEMBERS, retry_after=1)
    minute = now().replace(second=0, microsecond=0)
    for ago in range(6 * 60):
        at, since = minute - timedelta(minutes=ago), ago % 30
        if since < 12:
            BudgetMinute.objects.create(
                connection=connection,
                family=MEMBERS,
                minute=at,
                requests=8 + since % 2,
                refused=2 if ago in (8, 130) else 0,
            )
        if since < 4:
            rows = int(22 + 8 * sin(ago))
            BudgetMinute.objects.create(connection=connection, minute=at, requests=rows)
    return connection


def test_the_panel_draws_what_was_sent_and_what_was_refused(visit, look, connection):
    page = visit(f"/connections/{connection.ref}", who="ada", **look)
    panel = page.get_by_role("region", name="Request budget")
    expect(panel).to_contain_text("Slowed to 7 after OpenAI refused at")
    expect(panel.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile(r"requests in 6 hours, 4 refused")
    )
    page.wait_for_function("window.Chart && Chart.getChart(document.querySelector('canvas'))")
    # Whatever was refused has a mark of its own, and only that has.
    drawn = page.evaluate(
        """() => {
            const { datasets } = Chart.getChart(document.querySelector("canvas")).data;
            const marks = (one) => one.data.filter(Boolean).length;
            return datasets.map((one) => [one.label, one.pointStyle, marks(one)]);
        }"""
    )
    assert ["Refused", "rectRot", 2] in drawn
    assert ["Allowed", "line", 72] in drawn
    visit.inspect(page, "request-budget")


def test_the_numbers_are_in_a_table(visit, connection):
    page = visit(f"/connections/{connection.ref}", who="ada")
    panel = page.get_by_role("region", name="Request budget")
    panel.get_by_text("Show as table").click()
    expect(panel.get_by_role("columnheader", name="Refused")).to_be_visible()
    expect(panel.get_by_role("row")).to_have_count(73)


@pytest.mark.in_full
def test_before_anything_was_sent_it_says_so(visit, look, transactional_db):
    page = visit(f"/connections/{make_connection().ref}", who="ada", **look)
    panel = page.get_by_role("region", name="Request budget")
    expect(panel).to_contain_text("Nothing was sent in the last 6 hours.")
    expect(panel).to_contain_text("50 a minute")
    visit.inspect(page, "request-budget-empty")
