from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.connections import keyring
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.lib.errors import Invalid, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_it_stores_a_second_key_and_leaves_removal_as_it_is(connection, judged, openai):
    second = openai.add_key("admin")
    changed = add_removal_key(
        ref=connection.ref, judged=judged(api_key=second), actor=actor_of("ada")
    )
    changed.refresh_from_db()
    assert changed.removal_is_on is False
    assert keyring.open_key(changed, keyring.Purpose.REMOVAL) == second
    assert keyring.open_key(changed, keyring.Purpose.EVERYDAY) == openai.admin_key
    assert AuditEvent.objects.get(verb="connection.removal_key_added").detail["replaced"] is False


def test_adding_another_replaces_it(connection, judged, openai):
    for _ in range(2):
        key = openai.add_key("admin")
        add_removal_key(ref=connection.ref, judged=judged(api_key=key), actor=actor_of("ada"))
    assert keyring.open_key(connection, keyring.Purpose.REMOVAL) == key
    assert connection.keys.count() == 2


def test_a_key_that_may_not_write_is_refused(connection, judged, openai):
    openai.faults(personal_key_reads=True)
    with pytest.raises(Invalid, match="cannot remove anyone"):
        add_removal_key(
            ref=connection.ref, judged=judged(api_key=openai.personal_key), actor=actor_of("ada")
        )
    assert connection.keys.count() == 1


def test_who_may_only_look_adds_nothing(connection, judged):
    with pytest.raises(NotAllowed):
        add_removal_key(ref=connection.ref, judged=judged(), actor=actor_of("sid"))
