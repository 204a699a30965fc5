"""An admin takes it upon them that nothing proves whose the answers are."""

from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections.operations.accept_organization import accept_organization
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_connection


def test_it_is_recorded_both_ways(db):
    connection = make_connection()
    accept_organization(ref=connection.ref, is_accepted=True, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.organization_accepted_at is not None
    assert connection.organization_accepted_by == "Ada Lindqvist"
    accept_organization(ref=connection.ref, is_accepted=False, actor=actor_of("ada"))
    connection.refresh_from_db()
    assert connection.organization_accepted_at is None
    verbs = AuditEvent.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["connection.organization_accepted", "connection.organization_doubted"]


def test_only_an_admin_may(db):
    connection = make_connection()
    with pytest.raises(NotAllowed):
        accept_organization(ref=connection.ref, is_accepted=True, actor=actor_of("mara"))
