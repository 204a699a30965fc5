"""Configured links to providers, and the sealed keys they speak with."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import Q

from tenure.connections.health import Health, retry_after
from tenure.connections.upload_models import UploadedFile  # noqa: F401 - Django looks here
from tenure.connectors.base import Validation
from tenure.lib import structs
from tenure.lib.ids import uuid7
from tenure.lib.secrets import Envelope

_validation = structs.converter(Validation)


class Connection(models.Model):
    """One link to one organization at one provider. Reconnecting continues the same row."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        DEGRADED = "degraded", "Degraded"
        FAILING = "failing", "Failing"
        PAUSED = "paused", "Paused"
        DISCONNECTED = "disconnected", "Disconnected"

    SYNCABLE = (State.ACTIVE, State.DEGRADED, State.FAILING)

    class RemovalPolicy(models.TextChoices):
        """What happens when somebody with access leaves."""

        AUTOMATIC = "automatic", "Automatic"
        APPROVE = "approve", "After approval"
        MANUAL = "manual", "By hand"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=100, unique=True)
    organization_id = models.CharField(max_length=100)
    organization_name = models.CharField(max_length=200, blank=True)
    base_url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # One sentence for people; empty while nothing is wrong.
    state_reason = models.CharField(max_length=500, blank=True)
    state_changed_at = models.DateTimeField()
    # None also for a pause by the command line.
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Readings in a row that could read nothing: health.py judges them.
    strikes = models.PositiveIntegerField(default=0)
    first_strike_at = models.DateTimeField(null=True)
    failure_kind = models.CharField(max_length=24, blank=True)
    # Told once, and not again before it recovered; or before there is another owner.
    failure_told_at = models.DateTimeField(null=True)
    owner_absence_told_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removal_is_on = models.BooleanField(default=False)
    removal_policy = models.CharField(
        max_length=9, choices=RemovalPolicy, default=RemovalPolicy.APPROVE
    )
    # Removals an hour before the brake; None for what its size suggests.
    brake_per_hour = models.PositiveSmallIntegerField(null=True)
    # An admin took it upon them that nothing in the answers proves whose they are.
    organization_accepted_at = models.DateTimeField(null=True)
    organization_accepted_by = models.CharField(max_length=100, blank=True)
    # Between reads; where files are uploaded, between one and the next.
    interval_minutes = models.PositiveIntegerField(default=30)
    requests_per_minute = models.PositiveIntegerField(null=True, default=50)
    # What the everyday key could do when it was last judged: connectors.base.Validation as JSON.
    validation = models.JSONField(default=dict)
    validated_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organization_id"], name="one_connection_per_organization"
            ),
            models.CheckConstraint(
                condition=Q(interval_minutes__gte=5, interval_minutes__lte=1440)
                | Q(kind="file", interval_minutes__gte=1440, interval_minutes__lte=525_600),
                name="interval_between_5_minutes_and_a_day_or_of_files_a_year",
            ),
            models.CheckConstraint(
                condition=Q(brake_per_hour=None) | Q(brake_per_hour__gte=1),
                name="at_least_one_removal_an_hour",
            ),
            models.CheckConstraint(
                condition=~Q(state="disconnected", removal_is_on=True),
                name="nothing_is_removed_through_a_disconnected_connection",
            ),
            models.CheckConstraint(
                condition=Q(strikes=0, first_strike_at=None, failure_kind="")
                | (Q(strikes__gt=0, first_strike_at__isnull=False) & ~Q(failure_kind="")),
                name="strikes_have_a_beginning_and_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_uploaded(self) -> bool:
        """Read from files that people bring: without a key, a pace or a schedule."""
        return self.kind == "file"

    @property
    def interval_days(self) -> int:
        """Days between the files that people bring."""
        return self.interval_minutes // (24 * 60)

    @property
    def last_uploaded_at(self) -> datetime | None:
        """When the file in force came, as queries.connections told."""
        return getattr(self, "uploaded_at", None)

    @property
    def owner_is_gone(self) -> bool:
        """As queries.connections told: people are kept by another slice."""
        return bool(getattr(self, "owner_has_left", False))

    @property
    def health(self) -> Health:
        """What its readings change; `live_through` keeps it."""
        return Health(
            state=self.state,
            reason=self.state_reason,
            strikes=self.strikes,
            first_strike_at=self.first_strike_at,
            failure_kind=self.failure_kind,
        )

    def live_through(self, health: Health, *, at: datetime) -> list[str]:
        """Take over another health; the names of the columns that the caller saves."""
        if health.state != self.state:
            self.state_changed_at = at
        self.state, self.state_reason = health.state, health.reason
        self.strikes, self.first_strike_at = health.strikes, health.first_strike_at
        self.failure_kind = health.failure_kind
        return [
            "state",
            "state_reason",
            "state_changed_at",
            "strikes",
            "first_strike_at",
            "failure_kind",
        ]

    def forget_strikes(self) -> list[str]:
        """Begin to count anew; the names of the columns that the caller saves."""
        self.strikes, self.first_strike_at, self.failure_kind = 0, None, ""
        return ["strikes", "first_strike_at", "failure_kind"]

    def forget_everything_told(self) -> list[str]:
        """End of one life of the connection; the names of the columns that the caller saves."""
        self.paused_by = self.failure_told_at = self.owner_absence_told_at = None
        told = ["paused_by", "failure_told_at", "owner_absence_told_at"]
        return [*told, *self.forget_strikes()]

    @property
    def retry_after(self) -> timedelta:
        """How long after the last reading the next one is due."""
        return retry_after(
            state=self.state,
            strikes=self.strikes,
            interval=timedelta(minutes=self.interval_minutes),
        )

    @property
    def judged(self) -> Validation | None:
        """What the everyday key could do when it was last judged."""
        return _validation(self.validation) if self.validation else None

    def remember(self, validation: Validation, *, at: datetime) -> None:
        """Keep a judgement of the everyday key; the caller saves."""
        self.validation, self.validated_at = msgspec.to_builtins(validation), at


class ConnectionKey(models.Model):
    """A key of ours at a provider, sealed. Only its last four characters are ever shown."""

    class Purpose(models.TextChoices):
        EVERYDAY = "everyday", "Everyday key"
        REMOVAL = "removal", "Removal key"

    class Expiry(models.TextChoices):
        """How near its end a key is, as rules.expiry says."""

        FAR = "", "Far"
        SOON = "soon", "Within 14 days"
        NEAR = "near", "Within 3 days"
        EXPIRED = "expired", "Expired"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="keys")
    purpose = models.CharField(max_length=8, choices=Purpose)
    key_id = models.CharField(max_length=12)
    wrapped_key = models.BinaryField()
    ciphertext = models.BinaryField()
    hint = models.CharField(max_length=4)
    kind = models.CharField(max_length=12)
    # None: not provable by reading; confirmed at the first use.
    may_write = models.BooleanField(null=True)
    # Whose key it is at the provider: that account must never be removed with its own key.
    owner_id = models.CharField(max_length=100, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    # What owner and admins know already; another expiry begins anew.
    expiry_told = models.CharField(max_length=7, choices=Expiry, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "purpose"], name="one_key_per_purpose")
        ]

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.key_id, bytes(self.wrapped_key), bytes(self.ciphertext))


class RequestBudget(models.Model):
    """What is left of the requests to one family of endpoints; the family "" is all requests.

    Instants that requests are counted by are seconds since 1970, as lib.ratebudget counts.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="budgets")
    family = models.CharField(max_length=40, blank=True)
    # The pace after the last refusal, in requests; None while the provider never refused.
    per_minute = models.FloatField(null=True)
    due = models.FloatField(default=0)
    due_for_reading = models.FloatField(default=0)
    blocked_until = models.DateTimeField(null=True)
    limited_at = models.DateTimeField(null=True)
    # The place of a family that found nothing left of all requests, and how long it is kept.
    waiting_since = models.FloatField(null=True)
    waiting_until = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "family"], name="one_request_budget_per_family"
            ),
            models.CheckConstraint(
                condition=Q(per_minute=None) | Q(per_minute__gte=1),
                name="at_least_one_request_a_minute",
            ),
        ]


class BudgetMinute(models.Model):
    """How many requests a minute has seen, and how many of them the provider refused."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    family = models.CharField(max_length=40, blank=True)
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # The minute before the family: read by time, forgotten by time.
            models.UniqueConstraint(
                fields=["connection", "minute", "family"], name="one_row_per_minute_and_family"
            )
        ]
