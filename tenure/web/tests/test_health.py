from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tenure.audit import operations as audit
from tenure.audit.operations import Subject
from tenure.audit.sealing import seal_once
from tenure.lib.clock import now
from tenure.testing.cast import actor_of


def test_healthz_needs_nothing(db):
    assert Client().get("/healthz").content == b"ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_fails_while_an_event_waits_for_its_seal_over_a_minute():
    from django.db import transaction

    assert Client().get("/readyz").status_code == 200
    with time_machine.travel(now() - timedelta(seconds=90)), transaction.atomic():
        audit.record("tests.run", actor=actor_of("mara"), subject=Subject("test", "all"), opened=0)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"audit events unsealed")
    seal_once()
    assert Client().get("/readyz").status_code == 200
