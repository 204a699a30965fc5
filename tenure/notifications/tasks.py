"""Mail leaves from here, after the change it tells of has committed."""

from __future__ import annotations

from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from tenure.jobs import Retry
from tenure.jobs.follow_ups import follow_up
from tenure.lib.actor import Actor
from tenure.notifications import queries, rules, sealing
from tenure.notifications.models import OutboxMessage
from tenure.notifications.operations.record_delivery import record_delivery
from tenure.notifications.transport import transport

_POSTMAN = Actor("job", "mail", "Tenure")


@task(queue_name="mail")
def deliver_mail(message_ref: str) -> None:
    """Send one mail. It may leave twice when we die between sending and noting it, never zero."""
    message = queries.queued_mail(UUID(message_ref), actor=_POSTMAN)
    if message is None:
        return
    try:
        with transport(settings.TENURE_EMAIL_URL) as connection:
            connection.send_messages([rendered(message)])
    except (OSError, SMTPException) as error:
        # The class only: servers repeat addresses, and sometimes more, in what they answer.
        reason = type(error).__name__
        noted = record_delivery(message_ref=message.ref, error=reason, actor=_POSTMAN)
        if (seconds := rules.wait_before_retry(noted.attempts)) is not None:
            raise Retry(after=seconds, reason=f"The mail server refused: {reason}.") from error
        return
    record_delivery(message_ref=message.ref, error=None, actor=_POSTMAN)


follow_up("mail.queued", deliver_mail)


def rendered(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail as text and as HTML, from the one template of each."""
    fields = sealing.unseal(message)
    subject, sentences, button = rules.compose(message.kind, fields)
    context = {
        "subject": subject,
        "sentences": sentences,
        "button": button,
        "url": fields.get("url", ""),
        "organization": settings.TENURE_ORGANIZATION_NAME,
        "public_url": settings.TENURE_PUBLIC_URL,
    }
    mail = EmailMultiAlternatives(
        subject, render_to_string("notifications/mail.txt", context), to=[message.to]
    )
    mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return mail
