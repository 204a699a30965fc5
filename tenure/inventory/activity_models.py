"""When accounts were last seen to do something, by which source."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection


class ActivityObservation(models.Model):
    """The newest that one source says of one principal; rows are written by the merge alone.

    A row only ever moves forward in time, and is kept when its source falls silent. `principal_id`
    is the provider's id of who acted; `account` is theirs as soon as the list of users has them.
    Sources A and G are columns of the account, and have no row here. `detail` says what was done,
    in the provider's word.
    """

    class Kind(models.TextChoices):
        LOGIN = "login", "Sign-in"
        KEY_USE = "key_use", "Use of a key"
        USAGE = "usage", "Traffic"
        ADMINISTRATION = "administration", "Change"

    class Source(models.TextChoices):
        LOGIN_EVENT = "login_event", "sign-ins in the audit log"
        AUDIT_EVENT = "audit_event", "changes in the audit log"
        PROJECT_KEY = "project_key", "keys of projects"
        ADMIN_KEY = "admin_key", "admin keys"
        USAGE = "usage", "usage"

    class Precision(models.TextChoices):
        INSTANT = "instant", "Instant"
        HOUR = "hour", "Hour"
        DAY = "day", "Day"

    connection = models.ForeignKey(Connection, models.PROTECT, db_index=False, related_name="+")
    principal_id = models.CharField(max_length=200)
    account = models.ForeignKey(
        "inventory.Account",
        models.CASCADE,
        null=True,
        related_name="observations",
        db_index=False,
    )
    source = models.CharField(max_length=12, choices=Source)
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField()
    precision = models.CharField(max_length=7, choices=Precision)
    detail = models.CharField(max_length=120, blank=True)
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "principal_id", "source"],
                name="one_observation_per_source",
            )
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="observation_of_account"),
            models.Index(
                fields=["connection"],
                condition=Q(account=None),
                name="observation_of_a_stranger",
            ),
        ]
