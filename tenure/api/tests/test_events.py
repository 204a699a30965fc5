"""What the provider's log tells, for programs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connectors.facts import EventFact
from tenure.inventory.merge.events import keep_events
from tenure.lib.clock import now
from tenure.testing.factories import make_connection

pytestmark = pytest.mark.django_db


def test_events_come_page_by_page_the_newest_first(program_of):
    connection, at = make_connection(), now().replace(microsecond=0)
    facts = [
        EventFact(
            external_id=f"audit_log-{number}",
            at=at - timedelta(minutes=number),
            type="user.updated" if number % 2 else "login.succeeded",
            about="account" if number % 2 else "login",
            verb="changed" if number % 2 else "succeeded",
            subject_id="user-1",
            changes={"role": "owner"} if number % 2 else {},
            actor_kind="session",
            actor_id="user-2",
            actor_email="ada@halden.example",
        )
        for number in range(6)
    ]
    keep_events(connection.pk, facts, at=at)
    mara = program_of("mara")
    path = f"/connections/{connection.ref}/events"
    first = mara.get(path, {"limit": 4}).json()
    rest = mara.get(path, {"limit": 4, "cursor": first["page"]["next"]}).json()
    ids = [one["external_id"] for one in (*first["data"], *rest["data"])]
    assert ids == [f"audit_log-{number}" for number in range(6)]
    raised = mara.get(path, {"type": "user.updated"}).json()["data"]
    assert {(one["what"], one["about"], one["by"]) for one in raised} == {
        ("Role set to Owner", "user-1", "by ada@halden.example (session)")
    }
