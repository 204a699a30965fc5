from __future__ import annotations

from django.db import models

from tenure.users.models import ApiToken


class RememberedAnswer(models.Model):
    """What a creating request was answered, so that sending it again makes nothing twice.

    `digest` is of the request that came with the key. `covered` are the connections for which its
    user held the permission then; none: everywhere.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    covered = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="remembered_answer_once_per_key")
        ]
        indexes = [models.Index(fields=["at"], name="remembered_answer_at")]
