from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs
from tenure.webhooks.operations.switch_webhook_endpoint import switch_webhook_endpoint
from tenure.webhooks.tests.conftest import happen

pytestmark = pytest.mark.django_db


def test_off_it_is_told_nothing_and_on_again_what_waited(added, receiver):
    endpoint, _ = added()
    (waited,) = happen()
    off = switch_webhook_endpoint(ref=endpoint.ref, on=False, actor=actor_of("ada"))
    assert off.state == "off"
    assert off.reason.startswith("Switched off by")
    happen()
    run_jobs()
    assert receiver.got == []
    switch_webhook_endpoint(ref=endpoint.ref, on=True, actor=actor_of("ada"))
    run_jobs()
    assert [got["data"]["subject"]["ref"] for got in receiver.got] == [str(waited.subject_ref)]
    assert AuditEvent.objects.filter(verb="webhook_endpoint.switched").count() == 2


@pytest.mark.parametrize("times", [1, 2])
def test_it_is_a_conflict_when_it_is_so_already(added, times):
    endpoint, _ = added()
    if times == 2:
        switch_webhook_endpoint(ref=endpoint.ref, on=False, actor=actor_of("ada"))
    with pytest.raises(Conflict, match="already"):
        switch_webhook_endpoint(ref=endpoint.ref, on=times == 1, actor=actor_of("ada"))


def test_only_an_admin_switches(added):
    endpoint, _ = added()
    with pytest.raises(NotAllowed):
        switch_webhook_endpoint(ref=endpoint.ref, on=False, actor=actor_of("mara"))
