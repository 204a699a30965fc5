from __future__ import annotations

import pytest
from django.db import IntegrityError

from tenure.audit.models import AuditEvent
from tenure.audit.verbs import sentence
from tenure.connections.models import Connection
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_it_turns_on_and_off_and_both_are_recorded(connection):
    for is_on in (True, False):
        set_removal(ref=connection.ref, is_on=is_on, actor=actor_of("ada"))
        connection.refresh_from_db()
        assert connection.removal_is_on is is_on
    events = AuditEvent.objects.filter(verb="connection.removal_set").order_by("id")
    assert [event.detail["after"] for event in events] == [True, False]


def test_a_disconnected_connection_removes_nothing(connection):
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    with pytest.raises(Conflict):
        set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))


def test_the_database_agrees(connection):
    with pytest.raises(IntegrityError):
        Connection.objects.update(state="disconnected", removal_is_on=True)


def test_who_may_only_look_turns_nothing_on(connection):
    with pytest.raises(NotAllowed):
        set_removal(ref=connection.ref, is_on=True, actor=actor_of("mara"))


def test_the_log_does_not_say_on_when_it_went_off():
    detail, text = {"before": True, "after": False}, {"name": "OpenAI"}
    said = sentence("connection.removal_set", subject="", detail=detail, text=text)
    assert said == "set removal through OpenAI: yes → no"
