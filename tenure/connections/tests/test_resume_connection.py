from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.resume_connection import resume_connection
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db


def test_it_is_active_again_and_a_sync_is_asked_for(connection, monkeypatch):
    heard = []
    monkeypatch.setattr(
        "tenure.connections.operations.resume_connection.announce",
        lambda topic, **arguments: heard.append((topic, arguments)),
    )
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    resume_connection(ref=connection.ref, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.state == "active"
    assert heard == [("connection.ready", {"connection_ref": str(connection.ref)})]
    assert AuditEvent.objects.filter(verb="connection.resumed").count() == 1


def test_what_is_not_paused_is_not_resumed(connection):
    with pytest.raises(Conflict, match="not paused"):
        resume_connection(ref=connection.ref, actor=actor_of("ada"))


def test_who_may_only_look_resumes_nothing(connection):
    with pytest.raises(NotAllowed):
        resume_connection(ref=connection.ref, actor=actor_of("mara"))


def test_nothing_of_the_pause_is_left(connection):
    user_of("ada")
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    resume_connection(ref=connection.ref, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert (connection.paused_by, connection.state_reason) == (None, "")


def test_who_was_told_that_it_fails_is_not_told_again_by_pausing_it(fail, mails):
    user_of("ada")
    failing = fail()
    assert len(mails()) == 1
    pause_connection(ref=failing.ref, actor=actor_of("ada"))
    resume_connection(ref=failing.ref, actor=actor_of("ada"))
    assert fail().state == "failing"
    assert len(mails()) == 1
