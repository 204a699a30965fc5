from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.notifications import tasks
from tenure.notifications.models import Told
from tenure.notifications.operations.forget_told import forget_told
from tenure.notifications.tests.conftest import actor_of_the_worker
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told() -> None:
    """Something that was told in each of three years, and today."""
    for days in (800, 401, 399, 0):
        at = now() - timedelta(days=days)
        Told.objects.create(topic="finding_overdue", about=uuid7(), at=at)


def test_what_was_told_is_remembered_for_longer_than_an_exemption_may_last():
    assert forget_told(actor=actor_of_the_worker()) == 2
    assert forget_told(actor=actor_of_the_worker()) == 0
    assert Told.objects.filter(at__gte=now() - timedelta(days=400)).count() == 2
    assert AuditEvent.objects.get(verb="notice.forgotten").detail == {"told": 2}


def test_it_is_forgotten_by_itself_and_by_nobody_else():
    assert forget_told(actor=actor_of("ada")) == 0
    tasks.forget_old_tellings.call()
    assert Told.objects.count() == 2
