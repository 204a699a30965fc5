from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections.connecting import open_connector
from tenure.connections.models import ConnectionKey
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


def test_it_wipes_every_key_and_keeps_the_row(connection, judged):
    add_removal_key(ref=connection.ref, judged=judged(), actor=actor_of("ada"))
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert (connection.state, connection.removal_is_on) == ("disconnected", False)
    assert not ConnectionKey.objects.exists()
    assert AuditEvent.objects.get(verb="connection.disconnected").detail["keys"] == 2
    with pytest.raises(Conflict, match="connect it first"):
        open_connector(connection)


def test_it_is_not_disconnected_twice(connection):
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="already disconnected"):
        disconnect_connection(ref=connection.ref, actor=actor_of("ada"))


def test_who_may_only_look_disconnects_nothing(connection):
    with pytest.raises(NotAllowed):
        disconnect_connection(ref=connection.ref, actor=actor_of("mara"))
    assert ConnectionKey.objects.exists()


def test_nothing_is_left_of_what_ailed_it(fail, mails):
    user_of("ada")
    ended = disconnect_connection(ref=fail().ref, actor=actor_of("ada"))
    ended.refresh_from_db()
    assert (ended.state_reason, ended.strikes, ended.failure_kind) == ("", 0, "")
    assert (ended.first_strike_at, ended.failure_told_at) == (None, None)
