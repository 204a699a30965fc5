from __future__ import annotations

import socket

import pytest

from tenure.audit.models import AuditEvent
from tenure.jobs import Retry
from tenure.lib.errors import NotFound
from tenure.notifications import rules
from tenure.notifications.models import OutboxMessage
from tenure.notifications.operations.record_delivery import record_delivery
from tenure.notifications.tasks import deliver_mail
from tenure.notifications.tests.test_send_mail import send
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_server(settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.TENURE_EMAIL_URL = f"smtp://127.0.0.1:{probe.getsockname()[1]}"


def test_a_server_that_is_away_is_tried_again_later(no_server):
    message = send()
    with pytest.raises(Retry) as later:
        deliver_mail.func(str(message.ref))
    assert later.value.after.total_seconds() == 60
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 1)
    assert message.last_error == "ConnectionRefusedError"
    assert message.ciphertext is not None


def test_at_last_it_is_given_up_and_wiped(no_server):
    message = send()
    OutboxMessage.objects.update(attempts=rules.MAX_ATTEMPTS - 1)
    deliver_mail.func(str(message.ref))
    message.refresh_from_db()
    assert (message.state, message.ciphertext) == ("failed", None)
    event = AuditEvent.objects.get(verb="mail.failed")
    assert event.detail == {"attempts": rules.MAX_ATTEMPTS, "kind": "user_invitation"}


def test_it_is_sent_once(mailbox):
    message = send()
    assert len(mailbox()) == 1
    deliver_mail.func(str(message.ref))
    assert len(mailbox()) == 1
    with pytest.raises(NotFound):
        record_delivery(message_ref=message.ref, error=None, actor=actor_of("ada"))


def test_who_does_not_manage_users_sees_no_mail():
    message = send()
    with pytest.raises(NotFound):
        record_delivery(message_ref=message.ref, error=None, actor=actor_of("mara"))
