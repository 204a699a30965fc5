from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.notifications.models import Sealed
from tenure.users.models import User


class WebhookEndpoint(Sealed):
    """A program of the organization that is told what happens. Its secret, which signs, is sealed.

    `types` are types of events, or families such as `operation.*`.
    """

    class State(models.TextChoices):
        ON = "on", "On"
        FAILING = "failing", "Failing"
        OFF = "off", "Off"

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=500)
    types = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State, default=State.ON)
    reason = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    delivered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    # Somebody was told that it fails, and is not told again before it worked.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="webhook_endpoint_secret_kept",
                condition=Q(ciphertext__isnull=False, wrapped_key__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_fails_since",
                condition=~Q(state="failing") | Q(failing_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seal_context(self) -> str:
        return f"webhook endpoint {self.ref}"


class WebhookSubject(models.Model):
    """How many events there were of one thing. Whoever tells the next one holds this row until
    they commit, which is what leaves no gap and puts the events in the order of their commits.
    """

    kind = models.CharField(max_length=32)
    ref = models.UUIDField()
    sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="webhook_subject_once", fields=["kind", "ref"])]


class WebhookEvent(models.Model):
    """Something that happened, written with it, and never changed: refs and states, no names.

    Subjects are named by kind and ref, as in the audit log. Events are let go after a while.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    type = models.CharField(max_length=48)
    subject_kind = models.CharField(max_length=32)
    subject_ref = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    connection_ref = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="webhook_event_in_sequence",
                fields=["subject_ref", "subject_kind", "sequence"],
            )
        ]
        indexes = [models.Index(name="webhook_event_at", fields=["at"])]


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint; of an answer its status is kept, and a sentence."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Two days are counted from here: from the event, or from when somebody asked to try again.
    since = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    attempted_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="webhook_delivery_once", fields=["endpoint", "event"]),
            models.CheckConstraint(
                name="webhook_delivery_not_due_before", condition=Q(due_at__gte=F("since"))
            ),
        ]
        indexes = [
            models.Index(
                name="webhook_delivery_due",
                fields=["endpoint", "due_at"],
                condition=Q(state="waiting"),
            )
        ]
