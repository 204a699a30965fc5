"""How a moment is known, and one step in the life of something a provider keeps."""

from __future__ import annotations

from django.db import models


class KnownBy(models.TextChoices):
    """How a moment is known. Between two reads it is an interval, never a false instant."""

    PROVIDER = "provider", "the provider's own time"
    AUDIT_EVENT = "audit_event", "the provider's audit log"
    BETWEEN_READS = "between_reads", "between two reads"


# Foreign keys of the tables that grow with an organization have no index of their own: another one
# begins with them, or nobody asks by them, and each would cost a fifth of what the row does.


class Change(models.Model):
    """One step: appeared, changed, ended, reappeared.

    It happened at `at`, or at some moment between `not_before` and `at`; `known_by` says which.
    """

    class Kind(models.TextChoices):
        APPEARED = "appeared", "Appeared"
        CHANGED = "changed", "Changed"
        ENDED = "ended", "Ended"
        REAPPEARED = "reappeared", "Reappeared"

    kind = models.CharField(max_length=10, choices=Kind)
    field = models.CharField(max_length=40, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    not_before = models.DateTimeField(null=True)
    at = models.DateTimeField()
    known_by = models.CharField(max_length=13, choices=KnownBy)

    class Meta:
        abstract = True


class Lasting(models.Model):
    """Something that began and may have ended, each with how it is known.

    `began_not_before`..`began_at` is the interval in which it appeared (the last time, if it came
    back); the same for its end. Known by the provider, the later instant is the provider's own.
    `fingerprint` is of the record as last received: equal means that nothing of it changed.
    """

    began_at = models.DateTimeField()
    began_not_before = models.DateTimeField(null=True)
    began_known_by = models.CharField(max_length=13, choices=KnownBy)
    ended_at = models.DateTimeField(null=True)
    ended_not_before = models.DateTimeField(null=True)
    ended_known_by = models.CharField(max_length=13, choices=KnownBy, blank=True)
    fingerprint = models.BigIntegerField(null=True)

    class Meta:
        abstract = True
