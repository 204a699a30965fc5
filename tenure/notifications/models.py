from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.lib.clock import now
from tenure.lib.ids import uuid7


class OutboxMessage(models.Model):
    """One mail, written with the change it tells of and sent after it.

    What it says is sealed, because links in it let people in, and is wiped once it is sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    to = models.EmailField(max_length=254)
    kind = models.CharField(max_length=40)
    key_id = models.CharField(max_length=12, blank=True)
    wrapped_key = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbox_message_kept_only_while_queued",
                condition=Q(state="queued", ciphertext__isnull=False, wrapped_key__isnull=False)
                | (
                    ~Q(state="queued")
                    & Q(ciphertext__isnull=True, wrapped_key__isnull=True, key_id="")
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="outbox_message_queued", fields=["created_at"], condition=Q(state="queued")
            )
        ]
