"""Mail to those who look after a connection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.notifications.operations.send_mail import send_mail
from tenure.users.models import User


def tell(
    kind: str,
    connection: Connection,
    *,
    to: Iterable[User],
    page: str = "connections:detail",
    actor: Actor,
    **fields: str,
) -> None:
    """One mail to each user, in the caller's transaction; its button opens that page."""
    address = f"{settings.TENURE_PUBLIC_URL}{reverse(page, args=[connection.ref])}"
    told = {"name": connection.name, "url": address, **fields}
    for user in to:
        send_mail(to=user.email, kind=kind, fields=told, actor=actor)


def moment(instant: datetime) -> str:
    """An instant as mails write it."""
    return f"{instant:%d %B %Y %H:%M} UTC"
