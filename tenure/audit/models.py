from __future__ import annotations

from typing import ClassVar

from django.db import models

from tenure.audit.guards import AppendOnly
from tenure.lib.ids import uuid7


class AuditEvent(models.Model):
    """One deed: who did what to what. Never updated, never deleted.

    Holds ids, enums and counts only; names and free text stand in AuditText, `digests` binds them.
    Other slices' things are named by kind and ref, as text, so that the record outlives them.
    """

    guard: ClassVar = AppendOnly()

    ref = models.UUIDField(unique=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none is not "", and sealed
    subject_kind = models.CharField(max_length=32)
    subject_ref = models.CharField(max_length=64)
    connection_ref = models.CharField(max_length=64, null=True)  # noqa: DJ001 - same
    detail = models.JSONField()
    digests = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="audit_event_at"),
            models.Index(fields=["subject_ref"], name="audit_event_subject"),
            models.Index(
                fields=["connection_ref", "id"],
                name="audit_event_connection",
                condition=models.Q(connection_ref__isnull=False),
            ),
        ]


class AuditText(models.Model):
    """A name or free text of one event. Erasing empties text and salt; the row and digest stay."""

    guard: ClassVar = AppendOnly(erasable=("salt", "text"))

    # Its index is the unique constraint below.
    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="texts", db_index=False)
    field = models.CharField(max_length=32)
    # With the salt kept, an erased e-mail address could be found again by trying addresses.
    salt = models.CharField(max_length=32, null=True)  # noqa: DJ001 - none means erased
    text = models.TextField(null=True)  # noqa: DJ001 - none means erased, "" is a text

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "field"], name="audit_text_once_per_field")
        ]


class UnsealedEvent(models.Model):
    """An event that waits for its seal: written with the event, taken away by the sealer.

    Ids of concurrent transactions commit out of order, so "newer than the last sealed" would miss
    some; this list is exact and as short as what is new. No foreign key in the database: the event
    cannot be deleted, and looking it up once more is a measurable part of a small write.
    """

    event = models.OneToOneField(
        AuditEvent,
        models.PROTECT,
        primary_key=True,
        db_constraint=False,
        related_name="unsealed",
    )


class AuditSeal(models.Model):
    """The event's place in the chain: `hash` covers `prev`, the event, `seq` and `sealed_at`."""

    guard: ClassVar = AppendOnly()

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="seal")
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_seal_starts_at_1")
        ]
