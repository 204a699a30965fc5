from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.notifications import queries
from tenure.notifications.models import OutboxMessage
from tenure.notifications.operations.send_to_target import send_to_target


@transaction.atomic
def try_target(*, ref: UUID | str, actor: Actor) -> OutboxMessage:
    """Send a test message to a target, on the way that every message takes."""
    actor.require("settings.manage")
    target = queries.target_to_change(ref, actor=actor)
    url = f"{settings.TENURE_PUBLIC_URL}{reverse('notifications:targets')}"
    fields = {"who": actor.label, "name": target.name, "url": url}
    message = send_to_target(target=target, kind="target_test", fields=fields, actor=actor)
    audit.record("target.tried", actor=actor, subject=target, text={"name": target.name})
    return message
