from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.lib.clock import now
from tenure.lib.ids import uuid7

_SEALED = Q(ciphertext__isnull=False, wrapped_key__isnull=False)
_WIPED = Q(ciphertext__isnull=True, wrapped_key__isnull=True, key_id="")
_ONE_RECEIVER = Q(target=None) & ~Q(to="") | Q(target__isnull=False, to="")


class Sealed(models.Model):
    """A row that keeps something nobody may read in the database."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    key_id = models.CharField(max_length=12, blank=True)
    wrapped_key = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)

    class Meta:
        abstract = True

    @property
    def seal_context(self) -> str:
        """What the sealed text belongs to; it opens nowhere else."""
        raise NotImplementedError


class Target(Sealed):
    """Where the organization is told things besides by mail: a channel in Slack, Teams, ntfy.

    Its address lets anyone write there, and is sealed; people see the service and the end of the
    host. A removed target keeps its name, for the history.
    """

    name = models.CharField(max_length=80)
    service = models.CharField(max_length=20)
    tail = models.CharField(max_length=80)
    topics = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="target_name_once", fields=["name"], condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="target_address_kept_until_removed",
                condition=Q(removed_at=None) & _SEALED | Q(removed_at__isnull=False) & _WIPED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seal_context(self) -> str:
        return f"target {self.ref}"

    @property
    def is_failing(self) -> bool:
        return self.failed_at is not None


class OutboxMessage(Sealed):
    """One mail, or message to a target, written with the change it tells of and sent after it.

    What it says is sealed, because links in it let people in, and is wiped once it is sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    to = models.EmailField(max_length=254, blank=True)
    target = models.ForeignKey(Target, models.PROTECT, null=True, related_name="messages")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbox_message_kept_only_while_queued",
                condition=Q(state="queued") & _SEALED | ~Q(state="queued") & _WIPED,
            ),
            models.CheckConstraint(name="outbox_message_has_one_receiver", condition=_ONE_RECEIVER),
        ]
        indexes = [
            models.Index(
                name="outbox_message_queued", fields=["created_at"], condition=Q(state="queued")
            )
        ]

    @property
    def seal_context(self) -> str:
        return f"outbox message {self.ref}"


class Notice(models.Model):
    """One event that one receiver has still to hear of: it waits for its window, or their digest.

    Written with the event, and deleted with the writing of the message that tells it.
    """

    to = models.EmailField(max_length=254, blank=True)
    target = models.ForeignKey(Target, models.CASCADE, null=True, related_name="notices")
    topic = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    is_daily = models.BooleanField(default=False)
    fields = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    list_url = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="notice_has_one_receiver", condition=_ONE_RECEIVER),
        ]
        indexes = [models.Index(name="notice_due", fields=["due_at"])]


class Told(models.Model):
    """That something was told, for what is looked for again and again and told once.

    `about` is the ref of whatever the topic is about; `occasion` tells a second warning from the
    first.
    """

    topic = models.CharField(max_length=40)
    about = models.UUIDField()
    occasion = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="told_once", fields=["topic", "about", "occasion"])
        ]


class Preference(models.Model):
    """How one user wants to be told: {topic: off, at_once or daily}, and when their digest comes.

    The user's ref, and not a foreign key: users stand above.
    """

    user_ref = models.UUIDField(unique=True)
    deliveries = models.JSONField(default=dict)
    hour = models.PositiveSmallIntegerField(default=9)
    zone = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(name="preference_hour_of_a_day", condition=Q(hour__lte=23))
        ]
