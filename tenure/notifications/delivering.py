"""Handing one message over: to the mail server, or to the service of a target."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from tenure.lib.secrets import CannotDecrypt
from tenure.notifications import calling, rules, sealing
from tenure.notifications.models import OutboxMessage, Target
from tenure.notifications.transport import transport


class NotDelivered(Exception):
    """It was not taken. The message says why, without addresses or anything secret."""


def deliver(message: OutboxMessage) -> None:
    if message.target is not None:
        _to_target(message, message.target)
        return
    try:
        with transport(settings.TENURE_EMAIL_URL) as connection:
            connection.send_messages([rendered(message)])
    except (OSError, SMTPException) as error:
        # The class only: servers repeat addresses, and sometimes more, in what they answer.
        raise NotDelivered(type(error).__name__) from error


def rendered(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail as text and as HTML, from the one template of each."""
    letter, context = _read(message)
    if message.kind == rules.NOTICES:
        page = reverse("notifications:preferences")
        context["preferences_url"] = f"{settings.TENURE_PUBLIC_URL}{page}"
    mail = EmailMultiAlternatives(
        letter.subject, render_to_string("notifications/mail.txt", context), to=[message.to]
    )
    mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return mail


def _to_target(message: OutboxMessage, target: Target) -> None:
    if target.removed_at is not None:
        raise NotDelivered("the target was removed")
    letter, context = _read(message)
    try:
        address = sealing.unseal_text(target)
        text = render_to_string("notifications/mail.txt", context)
        calling.send(address, title=letter.subject, body=text.strip())
    except calling.NotTaken as refused:
        raise NotDelivered(str(refused)) from None
    except CannotDecrypt:
        raise NotDelivered("its address was sealed under a root key that is not here") from None


def _read(message: OutboxMessage) -> tuple[rules.Letter, dict[str, object]]:
    letter = rules.compose(message.kind, sealing.unseal(message))
    return letter, {
        "subject": letter.subject,
        "sections": letter.sections,
        "organization": settings.TENURE_ORGANIZATION_NAME,
        "public_url": settings.TENURE_PUBLIC_URL,
    }
