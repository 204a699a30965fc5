"""Files of accounts that were uploaded, as they came: the source of what was read from them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenure.lib.ids import uuid7


class UploadedFile(models.Model):
    """One file, kept compressed for as long as its connection. The newest is the one in force."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey("connections.Connection", models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    packed = models.BinaryField()
    # Of the file as it came, not of what is kept.
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # By the field, which column of the file it was read from.
    columns = models.JSONField()
    accounts = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    aside = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    # None by the command line.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(sha256=""), name="uploaded_files_have_a_hash"),
            models.CheckConstraint(
                condition=Q(accounts__gte=1), name="uploaded_files_name_somebody"
            ),
        ]
        indexes = [models.Index(fields=["connection", "-id"], name="uploads_newest_first")]

    def __str__(self) -> str:
        return self.name
