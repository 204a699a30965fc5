from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tenure.connections import queries
from tenure.connections.health import Missed, Outcome
from tenure.connections.models import Connection
from tenure.connections.notices import Notice, notices
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.report_reading import report_reading
from tenure.lib.clock import now
from tenure.testing.cast import actor_of, ref_of, user_of
from tenure.users.models import User

pytestmark = pytest.mark.django_db

MISSED = Missed(name="Invitations", state="unavailable", reason="The key lacks a scope.", times=2)


@pytest.fixture
def page(client_of, connection):
    """`page("ada")`: the notices of the connection's page and the page itself, as they see it."""

    def look(who: str = "ada", name: str = "detail"):
        arguments = [] if name == "index" else [connection.ref]
        answer = client_of(who).get(reverse(f"connections:{name}", args=arguments))
        return answer.content.decode()

    return look


def ends(connection: Connection, **until: float) -> None:
    connection.keys.update(expires_at=now() + timedelta(**until))


def degrade(connection: Connection) -> None:
    outcome = Outcome(at=now(), could_read=True, missed=[MISSED])
    report_reading(ref=connection.ref, outcome=outcome, actor=actor_of("ada"))


def found(connection: Connection) -> list[Notice]:
    read = queries.connection_by_ref(connection.ref, actor=actor_of("ada"))
    return notices(read, list(read.keys.all()), at=now())


def titles(connection: Connection) -> list[str]:
    return [notice.title for notice in found(connection)]


def test_a_connection_that_is_well_says_nothing(connection, page):
    assert titles(connection) == []
    assert "t-note" not in page()


@pytest.mark.parametrize(
    ("kind", "button", "address"),
    [("invalid_key", "Replace key", "key"), ("unreachable", "Check again", "validate")],
)
def test_failing_says_why_and_what_mends_it(fail, page, kind, button, address):
    connection = fail(kind=kind)
    assert titles(connection) == ["Nothing can be read"]
    body = page()
    assert "The key was revoked; replace it." in body
    assert button in body
    assert reverse(f"connections:{address}", args=[connection.ref]) in body


def test_strikes_say_that_it_is_tried_again(fail, page):
    assert titles(fail(1)) == ["The last read failed"]
    assert titles(fail(1)) == ["The last 2 reads failed"]
    assert "tries again within 5 minutes" in page()


def test_a_limited_key_is_upgraded_whatever_it_shows_as(connection):
    few = [{**row, "state": "missing_scope"} for row in connection.validation["found"]]
    Connection.objects.update(validation={**connection.validation, "found": few})
    (limited,) = found(connection)
    assert limited.button == "Upgrade key"
    degrade(connection)
    (degraded,) = found(connection)
    assert (degraded.title, degraded.button) == ("Part of it cannot be read", "Upgrade key")


def test_the_most_serious_comes_first(connection, fail, judged, openai):
    degrade(connection)
    fail(1)
    ends(connection, days=9)
    connection.owner = user_of("sid")
    connection.save(update_fields=["owner"])
    User.objects.filter(ref=ref_of("sid")).update(is_active=False)
    assert titles(connection) == [
        "Part of it cannot be read",
        "The last read failed",
        "Key expires in 9 days",
        "Its owner has left; choose another",
    ]
    fail(3)
    ends(connection, days=-1)
    assert titles(connection)[:2] == ["Nothing can be read", "Key expired"]
    user_of("ada")
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    assert titles(connection)[-1] == "Paused by Ada Lindqvist"
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    assert titles(connection) == ["Disconnected: its keys are wiped, its history is kept"]


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ({"days": 15}, None),
        ({"days": 14}, "Key expires in 14 days"),
        ({"days": 8, "hours": 12}, "Key expires in 9 days"),
        ({"hours": 5}, "Key expires within a day"),
        ({"hours": -5}, "Key expired"),
    ],
)
def test_page_and_card_say_how_near_the_end_of_a_key_is(connection, page, until, said):
    ends(connection, **until)
    for body in (page(), page(name="index")):
        assert ("Key expire" in body) == (said is not None)
        assert said is None or said in body


def test_who_may_only_look_reads_the_sentence_and_sees_no_button(connection, page):
    degrade(connection)
    pause = reverse("connections:validate", args=[connection.ref])
    for who in ("mara", "sid", "aud"):
        body = page(who)
        assert "Invitations could not be read. The key lacks a scope." in body
        assert pause not in body
        assert "Check again" not in body


def test_an_auditor_learns_nothing_of_the_keys(connection, page):
    ends(connection, days=2)
    assert "Key expires" in page("sid")
    assert "Key expires" not in page("aud")
    assert "Key expires" not in page("aud", "index")


def test_the_card_shows_the_state_with_its_reason(connection, page):
    degrade(connection)
    body = page("mara", "index")
    assert "Degraded" in body
    assert "Invitations could not be read." in body


def test_a_paused_card_says_by_whom(connection, page):
    user_of("ada")
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    assert "by Ada Lindqvist" in page("mara", "index")
    body = page("ada")
    assert body.count(reverse("connections:resume", args=[connection.ref])) == 1


def test_overview_says_it_above_the_answer_while_it_lasts(client_of, connection, fail):
    assert "cannot be read" not in client_of("mara").get("/").content.decode()
    degrade(connection)
    body = client_of("mara").get("/").content.decode()
    assert body.index("OpenAI is degraded") < body.index('id="h-answer"')
    fail(3)
    body = client_of("mara").get("/").content.decode()
    assert "OpenAI is failing" in body
    assert "The key was revoked; replace it." in body
    assert "OpenAI is failing" not in client_of("hugo").get("/").content.decode()
