"""Telling those who look after a connection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.notifications.operations.tell import tell as tell_receivers
from tenure.notifications.topics import Event
from tenure.users.models import User


def tell(
    topic: str,
    connection: Connection,
    *,
    to: Iterable[User],
    page: str = "connections:detail",
    actor: Actor,
    **fields: str,
) -> None:
    """Tell each user, in the caller's transaction; the button opens that page."""
    address = f"{settings.TENURE_PUBLIC_URL}{reverse(page, args=[connection.ref])}"
    event = Event(
        to=[user.email for user in to],
        fields={"name": connection.name, **fields},
        url=address,
        subject=str(connection.ref),
    )
    tell_receivers(topic=topic, events=[event], actor=actor)


def moment(instant: datetime) -> str:
    """An instant as mails write it."""
    return f"{instant:%d %B %Y %H:%M} UTC"
