"""Bundles of evidence, the work of making them, and the keys that sign them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenure.audit.guards import AppendOnly
from tenure.lib.ids import uuid7


class EvidenceKey(models.Model):
    """A key that signs bundles, in force until another takes its place.

    Of one that is no longer in force only the public half is left: it stays published, so that what
    it signed can be verified, and signs nothing any more.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    algorithm = models.CharField(max_length=12)
    fingerprint = models.CharField(max_length=64, unique=True)
    public_pem = models.TextField()
    key_id = models.CharField(max_length=12, blank=True)
    wrapped_key = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=Q(valid_until=None), name="one_key_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(ciphertext=None), name="old_keys_sign_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]

    @property
    def seal_context(self) -> str:
        """What the private half belongs to; it opens nowhere else."""
        return f"evidence key {self.ref}"


class EvidenceBuild(models.Model):
    """The making of one bundle: what was asked, by whom, and how far it is.

    `asked` is what was asked as it was given. `is_of_everything`: it covers every connection; else
    those of its scopes. `seen_from` and `seen_until` are the window of an auditor who asked.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        BUILDING = "building", "Being made"
        FINISHED = "finished", "Finished"
        FAILED = "failed", "Failed"

    OPEN = (State.QUEUED, State.BUILDING)

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    asked = models.JSONField(default=dict)
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    is_of_everything = models.BooleanField(default=True)
    seen_from = models.DateTimeField(null=True)
    seen_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=100, blank=True)
    rows = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    requested_by = models.CharField(max_length=200)
    requested_by_user = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-requested_at", "-id"], name="evidence_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "building"], finished_at=None)
                | Q(state__in=["finished", "failed"], finished_at__isnull=False),
                name="made_evidence_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class EvidenceScope(models.Model):
    """A connection that a bundle covers, where it does not cover them all."""

    build = models.ForeignKey(EvidenceBuild, models.CASCADE, related_name="scopes")
    connection_ref = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["build", "connection_ref"], name="covered_once")
        ]


class EvidenceBundle(models.Model):
    """A finished bundle: what its file is, and who signed it when. Never changed, never deleted.

    The file itself stands under the home; `sha256` is its digest, `manifest_sha256` that of what
    was signed.
    """

    guard: ClassVar = AppendOnly()

    build = models.OneToOneField(EvidenceBuild, models.PROTECT, related_name="bundle")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    manifest_sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    size = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    exceptions = models.PositiveIntegerField()
    audit_head = models.CharField(max_length=100)
    signed_at = models.DateTimeField()
