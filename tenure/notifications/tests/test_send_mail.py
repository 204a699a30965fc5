from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.jobs.models import Job
from tenure.lib.errors import Invalid
from tenure.notifications.models import OutboxMessage
from tenure.notifications.operations.send_mail import send_mail
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
SECRET = "https://tenure.halden.example/auth/invitation/s3cr3t"
FIELDS = {
    "inviter": "Ada <b>",
    "permission_set": "reviewer",
    "expires": "tomorrow",
    "url": SECRET,
}


def send(**fields: str) -> OutboxMessage:
    return send_mail(
        to="nia@halden.example",
        kind="user_invitation",
        fields={**FIELDS, **fields},
        actor=actor_of("ada"),
    )


def test_until_it_is_sent_nobody_can_read_it_in_the_database():
    message = send()
    stored = str([list(OutboxMessage.objects.values()), list(Job.objects.values())])
    assert "s3cr3t" not in stored
    assert (message.state, Job.objects.get().queue) == ("queued", "mail")
    event = AuditEvent.objects.get()
    assert (event.verb, event.detail) == ("mail.queued", {"kind": "user_invitation"})


def test_a_sealed_mail_moved_to_another_row_does_not_open():
    from tenure.lib.secrets import CannotDecrypt
    from tenure.notifications import sealing

    first, second = send(), send()
    first.ciphertext, first.wrapped_key = second.ciphertext, second.wrapped_key
    with pytest.raises(CannotDecrypt):
        sealing.unseal(first)


def test_it_says_the_same_as_text_and_as_html(mailbox, settings):
    settings.TENURE_ORGANIZATION_NAME = "Halden Optics"
    send()
    (mail,) = mailbox()
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "You are invited to Tenure"
    assert mail["From"].startswith("Tenure <")
    assert "Ada <b> invites you" in text
    assert "Ada &lt;b&gt; invites you" in html
    assert f'href="{SECRET}"' in html
    assert SECRET in text
    assert "Tenure at Halden Optics" in text


def test_what_is_not_committed_is_never_sent(mailbox):
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert mailbox() == []


def test_a_missing_field_is_told_before_anything_is_written():
    with pytest.raises(Invalid):
        send_mail(to="a@b.example", kind="user_invitation", fields={}, actor=actor_of("ada"))
    assert not OutboxMessage.objects.exists()


def test_the_database_agrees_that_what_was_sent_is_wiped():
    send()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.update(state="sent")
