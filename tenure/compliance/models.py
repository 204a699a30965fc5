"""Automated questions over the inventory, and what fails them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.models import Account
from tenure.lib.ids import uuid7
from tenure.people.models import Person


class TestState(models.TextChoices):
    __test__ = False

    OK = "ok", "OK"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"
    INVALID = "invalid", "Invalid"
    DEACTIVATED = "deactivated", "Deactivated"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class ComplianceTest(models.Model):
    """One question of the catalogue and its latest answer."""

    slug = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=16, choices=TestState, default=TestState.INVALID)
    state_reason = models.CharField(max_length=500, blank=True)
    is_deactivated = models.BooleanField(default=False)
    sla_days = models.PositiveSmallIntegerField(null=True)
    coverage = models.JSONField(default=dict)
    ran_at = models.DateTimeField(null=True)


class TestResult(models.Model):
    """The answer of one run of one test: the history that is drawn."""

    __test__ = False

    test = models.ForeignKey(ComplianceTest, models.CASCADE, related_name="results")
    at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=TestState)
    state_reason = models.CharField(max_length=500, blank=True)
    open = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    coverage = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["test", "-at"], name="test_result_newest")]


class Finding(models.Model):
    """One thing that fails one test, and why, with every input the verdict rests on."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        EXEMPTED = "exempted", "Exempted"
        RESOLVED = "resolved", "Resolved"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    test = models.ForeignKey(ComplianceTest, models.PROTECT, related_name="findings")
    subject = models.CharField(max_length=80)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="findings")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="findings")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="findings")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    why = models.JSONField(default=dict)
    since = models.DateTimeField()
    sla_days = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
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
        indexes = [models.Index(fields=["state", "due_at", "id"], name="finding_by_due_date")]
