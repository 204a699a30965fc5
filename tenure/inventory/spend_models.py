"""What was spent, as the provider's costs tell it."""

from __future__ import annotations

from django.db import models

from tenure.connections.models import Connection


class Spend(models.Model):
    """The last thirty days of one user, key and project, as far as the provider tells them apart.

    Ids are the provider's, empty where it names nobody; together they are all that was spent.
    `amount` is in millionths of the currency. Rows are written by the merge alone, and are gone
    when a complete reading of costs lacks them; how old they are the list of costs knows.
    """

    connection = models.ForeignKey(Connection, models.PROTECT, db_index=False, related_name="+")
    external_id = models.CharField(max_length=200)
    principal_id = models.CharField(max_length=200, blank=True)
    key_id = models.CharField(max_length=200, blank=True)
    project_id = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=8)
    fingerprint = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="one_spend_per_external_id"
            )
        ]
        indexes = [
            models.Index(fields=["connection", "principal_id"], name="spend_of_principal"),
            models.Index(fields=["connection", "key_id"], name="spend_of_key"),
        ]
