"""What programs hear of a connection."""

from __future__ import annotations

import pytest

from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.resume_connection import resume_connection
from tenure.testing.cast import actor_of
from tenure.webhooks.models import WebhookEvent

pytestmark = pytest.mark.django_db


def test_each_change_of_its_state_is_told(connection):
    for verb in (pause_connection, resume_connection, disconnect_connection):
        verb(ref=connection.ref, actor=actor_of("ada"))
    told = WebhookEvent.objects.filter(subject_ref=connection.ref).order_by("sequence")
    assert [(event.type.partition(".")[2], event.data["state"]) for event in told] == [
        ("connected", "active"),
        ("paused", "paused"),
        ("resumed", "active"),
        ("disconnected", "disconnected"),
    ]
