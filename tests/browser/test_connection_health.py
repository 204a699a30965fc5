"""What a connection that ails looks like, on its page, its card and Overview."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.connections.health import Missed, Outcome
from tenure.connections.models import Connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.report_reading import report_reading
from tenure.lib.clock import now
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person
from tenure.users.models import User

REVOKED = (
    "OpenAI does not accept this key (401 invalid_api_key); make a new admin key in the"
    " organization's settings and replace it here."
)
MISSED = [
    Missed(
        name=name,
        state="unavailable",
        reason="The key lacks the permission api.groups.read; make a key that has it.",
        times=3,
    )
    for name in ("Groups", "Members of Search platform", "Invitations", "Roles of Labs")
]


def read(connection: Connection, *, could_read: bool, minutes_ago: int = 0) -> None:
    outcome = Outcome(
        at=now() - timedelta(minutes=minutes_ago),
        could_read=could_read,
        kind=None if could_read else "invalid_key",
        reason="" if could_read else REVOKED,
        missed=MISSED if could_read else [],
    )
    report_reading(ref=connection.ref, outcome=outcome, actor=actor_of("ada"))


@pytest.fixture
def ailing(transactional_db) -> dict[str, Connection]:
    """One connection that fails, one of which a part is missing, one that is paused."""
    make_people_source()
    owner = user_of("ada")
    names = ("OpenAI Production", "OpenAI Research", "OpenAI Sandbox")
    made = {name: make_connection(name=name, owner=owner) for name in names}
    for connection in made.values():
        make_account(connection, person=make_person())
        for purpose, days in (("everyday", 9), ("removal", -2)):
            connection.keys.create(
                purpose=purpose,
                key_id="0" * 12,
                wrapped_key=b"",
                ciphertext=b"",
                hint="Zq81",
                kind="admin",
                owner_name="Ada Lindqvist",
                stored_at=now(),
                expires_at=now() + timedelta(days=days),
            )
    for minutes in (30, 20, 10):
        read(made["OpenAI Production"], could_read=False, minutes_ago=minutes)
    read(made["OpenAI Research"], could_read=True)
    read(made["OpenAI Research"], could_read=False)
    made["OpenAI Research"].owner = user_of("sid")
    made["OpenAI Research"].save(update_fields=["owner"])
    User.objects.filter(pk=user_of("sid").pk).update(is_active=False)
    pause_connection(ref=made["OpenAI Sandbox"].ref, actor=actor_of("ada"))
    return made


def test_a_failing_connection_says_why_and_offers_to_replace_its_key(visit, look, ailing):
    page = visit(f"/connections/{ailing['OpenAI Production'].ref}", who="ada", **look)
    first = page.locator(".t-note").first
    assert "Nothing can be read" in first.inner_text()
    visit.inspect(page, "connection-failing")
    first.get_by_role("link", name="Replace key").click()
    page.wait_for_url("**/key")


@pytest.mark.in_full
def test_a_degraded_connection_names_what_is_missing(visit, look, ailing):
    page = visit(f"/connections/{ailing['OpenAI Research'].ref}", who="ada", **look)
    notes = page.locator(".t-note b").all_inner_texts()
    assert notes == [
        "Removal key expired",
        "Part of it cannot be read",
        "The last read failed",
        "Key expires in 9 days",
        "Its owner has left; choose another",
    ]
    visit.inspect(page, "connection-degraded")


@pytest.mark.in_full
def test_a_paused_connection_is_resumed_by_its_notice(visit, look, ailing):
    connection = ailing["OpenAI Sandbox"]
    page = visit(f"/connections/{connection.ref}", who="ada", **look)
    visit.inspect(page, "connection-paused")
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("is read again from now on").wait_for()
    connection.refresh_from_db()
    assert connection.state == "active"


def test_cards_and_overview_say_it_too(visit, look, ailing):
    page = visit("/connections", who="ada", **look)
    visit.inspect(page, "connections-ailing")
    page = visit("/", who="ada", **look)
    page.get_by_text("OpenAI Production is failing").wait_for()
    visit.inspect(page, "overview-ailing")
