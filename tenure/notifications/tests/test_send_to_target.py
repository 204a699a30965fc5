from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.jobs import Retry
from tenure.jobs.models import Job
from tenure.notifications import rules
from tenure.notifications.models import OutboxMessage, Target
from tenure.notifications.operations.send_to_target import send_to_target
from tenure.notifications.tasks import deliver_mail
from tenure.notifications.tests.conftest import deliver
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
FIELDS = {"who": "Ada", "name": "#access", "url": "https://tenure.halden.example/settings/targets"}


def send(target: Target) -> OutboxMessage:
    return send_to_target(target=target, kind="target_test", fields=FIELDS, actor=actor_of("ada"))


def test_it_goes_by_the_queue_of_mails_and_arrives_as_text(target_at, listener):
    message = send(target_at(listener.url))
    assert Job.objects.get().queue == "mail"
    deliver()
    (heard,) = listener.got
    assert heard["title"] == "A test message from Tenure"
    assert "Ada tries whether #access can be reached." in heard["message"]
    assert FIELDS["url"] in heard["message"]
    message.refresh_from_db()
    assert (message.state, message.ciphertext) == ("sent", None)
    target = Target.objects.get()
    assert target.delivered_at is not None
    assert not target.is_failing
    verbs = AuditEvent.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["target.added", "target_message.queued", "target_message.sent"]


def test_a_service_that_refuses_is_tried_again_and_shown_until_it_takes_one(target_at, listener):
    message = send(target_at(listener.url))
    listener.status = 404
    with pytest.raises(Retry):
        deliver_mail.func(str(message.ref))
    target = Target.objects.get()
    assert target.is_failing
    assert target.last_error == (
        "the service answered 404; check whether the address is still valid there"
    )
    listener.status = 200
    deliver()
    target.refresh_from_db()
    assert (target.is_failing, target.last_error, len(listener.got)) == (False, "", 1)


def test_at_last_it_is_given_up(target_at, listener):
    send(target_at(listener.url))
    listener.status = 500
    OutboxMessage.objects.update(attempts=rules.MAX_ATTEMPTS - 1)
    deliver()
    assert OutboxMessage.objects.get().state == "failed"
    assert AuditEvent.objects.filter(verb="target_message.failed").count() == 1
    assert Target.objects.get().is_failing


def test_it_follows_nobody_elsewhere(target_at, listener):
    listener.status, listener.location = 307, "http://127.0.0.1:9/elsewhere"
    message = send(target_at(listener.url))
    with pytest.raises(Retry, match="307"):
        deliver_mail.func(str(message.ref))


def test_a_host_that_is_allowed_no_more_is_not_called(target_at, listener, settings):
    message = send(target_at(listener.url))
    settings.TENURE_PROVIDER_HOSTS_ALLOW = []
    with pytest.raises(Retry, match="not allowed any more"):
        deliver_mail.func(str(message.ref))
    assert listener.got == []


def test_the_database_agrees_that_a_message_has_one_receiver(target_at, listener):
    message = send(target_at(listener.url))
    for change in ({"to": "a@b.example"}, {"target": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutboxMessage.objects.filter(pk=message.pk).update(**change)
