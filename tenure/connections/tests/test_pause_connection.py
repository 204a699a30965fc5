from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections import keyring
from tenure.connections.connecting import open_connector
from tenure.connections.operations.pause_connection import pause_connection
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of, user_of
from tenure.users.actors import local_operator

pytestmark = pytest.mark.django_db


def test_a_paused_connection_keeps_its_key_and_is_not_spoken_through(connection):
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.state == "paused"
    assert keyring.has_key(connection, keyring.Purpose.EVERYDAY)
    with pytest.raises(Conflict, match="resume it first"):
        open_connector(connection)
    event = AuditEvent.objects.get(verb="connection.paused")
    assert (event.detail["before"], event.detail["after"]) == ("active", "paused")


def test_it_is_not_paused_twice(connection):
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="nothing to pause"):
        pause_connection(ref=connection.ref, actor=actor_of("ada"))


def test_who_may_only_look_pauses_nothing(connection):
    with pytest.raises(NotAllowed):
        pause_connection(ref=connection.ref, actor=actor_of("mara"))


def test_it_says_since_when_and_by_whom(connection):
    user_of("ada")
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.paused_by == user_of("ada")
    assert connection.state_changed_at > connection.connected_at


def test_the_command_line_is_nobody(connection):
    pause_connection(ref=connection.ref, actor=local_operator())
    connection.refresh_from_db()
    assert connection.paused_by is None


def test_pausing_forgets_strikes_and_reasons(fail):
    paused = pause_connection(ref=fail().ref, actor=actor_of("ada"))
    paused.refresh_from_db()
    assert (paused.state, paused.state_reason, paused.strikes) == ("paused", "", 0)
