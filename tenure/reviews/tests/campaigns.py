"""A campaign for tests of other slices that want one."""

from __future__ import annotations

from datetime import timedelta

from tenure.connections.models import Connection
from tenure.lib.clock import now
from tenure.reviews.models import Campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.settings_of import Settings
from tenure.testing.cast import actor_of


def make_campaign(connection: Connection, **said: object) -> Campaign:
    """A staged campaign of a connection, made by Ada."""
    usual = {
        "title": "Q4 access review",
        "connections": [connection.ref],
        "due_at": now() + timedelta(days=14),
    }
    campaign = create_campaign(settings=Settings(**{**usual, **said}), actor=actor_of("ada"))
    return stage_campaign(ref=campaign.ref, override_reason="A test", actor=actor_of("ada"))
