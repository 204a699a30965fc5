from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.lib.errors import NotFound
from tenure.testing.cast import PASSWORD, actor_of, email_of, user_of
from tenure.users.operations.record_sign_in import record_sign_in

pytestmark = pytest.mark.django_db


def test_signing_in_leaves_an_event_with_the_address_where_it_can_be_erased(client):
    user_of("mara")
    client.post("/auth/login", {"login": email_of("mara"), "password": PASSWORD})
    event = AuditEvent.objects.get(verb="user.signed_in")
    assert (event.actor_id, event.detail) == (actor_of("mara").id, {"method": "password"})
    assert AuditText.objects.get(event=event, field="address").text == "127.0.0.1"


def test_nobody_notes_it_for_another():
    with pytest.raises(NotFound):
        record_sign_in(
            user_ref=user_of("ada").ref, method="password", address="", actor=actor_of("mara")
        )
