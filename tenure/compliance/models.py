"""Automated questions over the inventory, and what fails them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenure.audit.guards import AppendOnly
from tenure.compliance.calendar_models import Holiday, OrganizationCalendar
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Credential
from tenure.lib.ids import uuid7
from tenure.people.models import Person

__all__ = [
    "ComplianceTest",
    "Exemption",
    "Finding",
    "FindingBefore",
    "FindingNote",
    "Holiday",
    "OrganizationCalendar",
    "SlaUnit",
    "TestResult",
    "TestState",
    "TestSubscriber",
]


class SlaUnit(models.TextChoices):
    """What the time allowed is counted in."""

    BUSINESS = "business", "business days"
    CALENDAR = "calendar", "calendar days"


class TestState(models.TextChoices):
    __test__ = False

    OK = "ok", "OK"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"
    INVALID = "invalid", "Invalid"
    DEACTIVATED = "deactivated", "Deactivated"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class ComplianceTest(models.Model):
    """One question of the catalogue, how this organization asks it, and its latest answer.

    Without an SLA or a threshold of its own it uses the catalogue's.
    """

    # How the organization asks it.
    TERMS = ("sla_days", "sla_unit", "thresholds")

    slug = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=16, choices=TestState, default=TestState.INVALID)
    state_reason = models.CharField(max_length=500, blank=True)
    is_deactivated = models.BooleanField(default=False)
    deactivated_reason = models.CharField(max_length=500, blank=True)
    deactivated_by = models.CharField(max_length=100, blank=True)
    # The last day without an answer; none: until somebody activates it.
    deactivated_until = models.DateField(null=True)
    sla_days = models.PositiveSmallIntegerField(null=True)
    sla_unit = models.CharField(max_length=8, choices=SlaUnit, blank=True)
    thresholds = models.JSONField(default=dict)
    coverage = models.JSONField(default=dict)
    ran_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_deactivated=False) | ~Q(deactivated_reason=""),
                name="deactivated_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(sla_days=None, sla_unit="")
                | (
                    # Said, because a comparison with nothing is no refusal to a database.
                    Q(sla_days__isnull=False, sla_days__gte=1, sla_days__lte=365) & ~Q(sla_unit="")
                ),
                name="an_sla_has_days_and_a_unit",
            ),
        ]


class TestSubscriber(models.Model):
    """A user who is told of a test's findings."""

    __test__ = False

    test = models.ForeignKey(ComplianceTest, models.CASCADE, related_name="subscribers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    subscribed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["test", "user"], name="subscribed_once_per_test")
        ]


class TestResult(models.Model):
    """The answer of one run of one test: the history that is drawn.

    `terms` are the time allowed and the thresholds as they were chosen then.
    """

    __test__ = False

    test = models.ForeignKey(ComplianceTest, models.CASCADE, related_name="results")
    at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=TestState)
    state_reason = models.CharField(max_length=500, blank=True)
    open = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    coverage = models.JSONField(default=dict)
    terms = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["test", "-at"], name="test_result_newest")]


class Finding(models.Model):
    """One thing that fails one test, and why, with every input the verdict rests on.

    The time allowed is that of the day it was opened, counted from `since`, or from `reopened_at`
    where an exemption ran out. `fingerprint` is of what it prints and of the person: equal means
    that neither moved.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        EXEMPTED = "exempted", "Exempted"
        RESOLVED = "resolved", "Resolved"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    test = models.ForeignKey(
        ComplianceTest, models.PROTECT, related_name="findings", db_index=False
    )
    subject = models.CharField(max_length=80)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="findings")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="findings")
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="findings")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="findings")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    why = models.JSONField(default=dict)
    fingerprint = models.BigIntegerField(null=True)
    since = models.DateTimeField()
    sla_days = models.PositiveSmallIntegerField()
    sla_unit = models.CharField(max_length=8, choices=SlaUnit, default=SlaUnit.CALENDAR)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["test", "subject"], condition=~Q(state="resolved"), name="one_live_finding"
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | Q(~Q(state="resolved"), resolved_at__isnull=True),
                name="resolved_findings_have_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="finding_by_due_date"),
            models.Index(fields=["test", "state", "due_at", "id"], name="finding_of_test_by_due"),
            # What is open and what is accepted, in one order.
            models.Index(
                fields=["test", "due_at", "id"],
                condition=~Q(state="resolved"),
                name="finding_of_test_alive",
            ),
            models.Index(fields=["-resolved_at", "-id"], name="finding_by_resolution"),
            # Few have an owner; of an index of all, SQLite believes that everybody owns them all.
            models.Index(
                fields=["owner", "state", "due_at", "id"],
                condition=Q(owner__isnull=False),
                name="finding_of_owner",
            ),
        ]


class FindingBefore(models.Model):
    """What a finding said until an instant, kept when it came to say something else.

    What it says now stands in the finding alone: one that never moved has no row here.
    """

    guard: ClassVar = AppendOnly()

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="before", db_index=False)
    until = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    why = models.JSONField()
    since = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["finding", "until", "id"], name="finding_said_until")]


class Exemption(models.Model):
    """A finding that somebody accepted: as what, why, and until when.

    `until` is the last day, `ends_at` the instant after it where the organization is. It covers
    what failed then, and nothing that fails later: `accepted` is what it was about, and
    `lapsed_because` says what of it is another by now.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        BREAK_GLASS = "break_glass", "Break-glass"
        SPONSORED = "sponsored", "Sponsored"
        WORKLOAD = "workload", "Workload"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        EXPIRED = "expired", "Expired"
        WITHDRAWN = "withdrawn", "Withdrawn"
        LAPSED = "lapsed", "Lapsed"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="exemptions")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=500)
    until = models.DateField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.ACTIVE)
    exempted_at = models.DateTimeField()
    exempted_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    accepted = models.JSONField(default=dict)
    lapsed_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(state="active"), name="one_active_exemption"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exempted_for_a_reason"),
            models.CheckConstraint(
                condition=Q(state="active", ended_at=None)
                | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="ended_exemptions_have_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") & ~Q(withdrawn_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_reason=""),
                name="withdrawn_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="lapsed") & ~Q(lapsed_because="")
                | ~Q(state="lapsed") & Q(lapsed_because=""),
                name="lapsed_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="exemption_by_end")]


class FindingNote(models.Model):
    """What colleagues tell each other about a finding. Never shown to auditors."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    finding = models.ForeignKey(Finding, models.CASCADE, related_name="notes")
    text = models.TextField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=100)
