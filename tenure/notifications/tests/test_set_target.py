from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.lib.ids import uuid7
from tenure.notifications.operations.set_target import set_target
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
URL = "jsons://hooks.halden.example/s3cr3t"


def test_name_and_topics_change_and_the_address_stays(target_at):
    target = target_at(URL, "owner_gone")
    sealed = bytes(target.ciphertext)
    changed = set_target(
        ref=target.ref, name="#access", topics=["key_expired"], actor=actor_of("ada")
    )
    changed.refresh_from_db()
    assert (changed.topics, bytes(changed.ciphertext)) == (["key_expired"], sealed)
    event = AuditEvent.objects.get(verb="target.changed")
    assert event.detail["fields"] == ["topics"]
    assert (event.detail["before"], event.detail["after"]) == (["owner_gone"], ["key_expired"])


def test_it_is_refused_to_others_and_for_what_makes_no_sense(target_at):
    target = target_at(URL)
    target_at(URL, name="#other")
    with pytest.raises(NotAllowed):
        set_target(ref=target.ref, name="x", topics=[], actor=actor_of("mara"))
    with pytest.raises(Invalid):
        set_target(ref=target.ref, name="#other", topics=[], actor=actor_of("ada"))
    with pytest.raises(Invalid):
        set_target(ref=target.ref, name="x", topics=["spam"], actor=actor_of("ada"))
    with pytest.raises(NotFound):
        set_target(ref=uuid7(), name="x", topics=[], actor=actor_of("ada"))
