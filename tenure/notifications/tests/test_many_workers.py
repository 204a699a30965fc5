from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tenure.lib.clock import now
from tenure.notifications import rules, sealing
from tenure.notifications.models import Notice, OutboxMessage
from tenure.notifications.operations.tell import tell
from tenure.notifications.tests.conftest import leaver, pass_on
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_workers_at_once_tell_each_event_once():
    events = [leaver("ada", "mara", number=number) for number in range(8)]
    tell(topic="leaver_with_access", events=events, actor=actor_of("ada"))
    Notice.objects.update(due_at=now() - timedelta(seconds=1))
    barrier, broken = threading.Barrier(4), []

    def work() -> None:
        try:
            barrier.wait()
            pass_on()
        except Exception as error:  # noqa: BLE001 - told by the test
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    letters = [rules.compose(m.kind, sealing.unseal(m)) for m in OutboxMessage.objects.all()]
    assert [one.sections[0].more + len(one.sections[0].lines) for one in letters] == [8, 8]
    assert not Notice.objects.exists()
