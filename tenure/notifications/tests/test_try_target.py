from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import NotAllowed
from tenure.notifications.operations.try_target import try_target
from tenure.notifications.tests.conftest import deliver
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_the_message_takes_the_way_that_every_message_takes(target_at, listener):
    target = target_at(listener.url)
    try_target(ref=target.ref, actor=actor_of("ada"))
    assert listener.got == []
    deliver()
    assert [heard["title"] for heard in listener.got] == ["A test message from Tenure"]
    assert AuditEvent.objects.filter(verb="target.tried").count() == 1


def test_it_is_refused_to_others(target_at, listener):
    target = target_at(listener.url)
    with pytest.raises(NotAllowed):
        try_target(ref=target.ref, actor=actor_of("mara"))
