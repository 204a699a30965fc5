"""Rounds of access review: their settings and states, and what was said and done in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenure.audit.guards import AppendOnly
from tenure.audit.sealed import Sealed
from tenure.connections.models import Connection
from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation
from tenure.reviews.item_models import Decision, ReviewItem

__all__ = [
    "Campaign",
    "CampaignSignOff",
    "CampaignSnapshot",
    "Decision",
    "Reassignment",
    "Remediation",
    "ReviewItem",
    "ReviewSubmission",
]


class Campaign(models.Model):
    """One round of access review. `snapshot` is what it is about, since it was staged last.

    `fallback` reviews whatever the rule finds nobody for, and whose own access nobody reviews
    themselves. `recurs_at` is when the next one is made of it; `repeats` is what it was made of.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        STAGED = "staged", "Staged"
        OPEN = "open", "Open"
        REMEDIATION = "remediation", "In remediation"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    class Scope(models.TextChoices):
        ALL = "all", "All access"
        PRIVILEGED = "privileged", "Privileged access"
        CHANGED = "changed", "Changed since the last completed campaign"

    class Rule(models.TextChoices):
        SYSTEM_OWNER = "system-owner", "Owner of the connection"
        MANAGER = "manager", "Manager of the person"
        PROJECT_OWNER = "project-owner", "Owner of the project"
        NAMED = "named", "A named person"

    # Its settings may change; it waits for a person; it is over.
    AHEAD = (State.DRAFT, State.STAGED)
    OVER = (State.COMPLETED, State.CANCELLED)

    guard: ClassVar = Sealed(when="""OLD."state" IN ('completed', 'cancelled')""")

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=11, choices=State, default=State.DRAFT)
    connections = models.ManyToManyField(Connection, related_name="campaigns")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.ALL)
    kinds = models.JSONField(default=list)
    rule = models.CharField(max_length=13, choices=Rule, default=Rule.SYSTEM_OWNER)
    named = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    fallback = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    sends_reminders = models.BooleanField(default=True)
    recurrence = models.CharField(max_length=200, blank=True)
    recurs_at = models.DateTimeField(null=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated")
    needs_sign_off = models.BooleanField(default=False)
    carries_forward = models.BooleanField(default=False)
    snapshot = models.ForeignKey(
        "reviews.CampaignSnapshot", models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=100, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=100, blank=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(snapshot__isnull=False),
                name="campaigns_past_draft_have_a_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(state="completed", completed_at__isnull=False)
                | (~Q(state="completed") & Q(completed_at=None)),
                name="completed_campaigns_have_an_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""), name="cancelled_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(rule="named") | Q(named__isnull=False), name="named_rule_names"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="campaign_by_state"),
            models.Index(
                fields=["recurs_at"], condition=Q(recurs_at__isnull=False), name="campaign_recurs"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ahead(self) -> bool:
        return self.state in self.AHEAD

    @property
    def is_overdue(self) -> bool:
        """Past its due date, and still waiting for reviewers."""
        return self.state == self.State.OPEN and self.due_at <= now()


class CampaignSnapshot(models.Model):
    """What a campaign was about at an instant: so many rows, with the fingerprint of them all.

    `sha256` is over the canonical rows (`canonical`), written last, and seals it. `covers` says in
    what scope; `freshness` how old each sort of list was, and `override_reason` why it was taken
    although some were not as they should be. `counts` are its rows by kind and flag.
    """

    guard: ClassVar = Sealed(frozen=("campaign", "number"), when="""OLD."sha256" <> ''""")

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100)
    covers = models.JSONField(default=dict)
    freshness = models.JSONField(default=list)
    override_reason = models.CharField(max_length=500, blank=True)
    rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="one_snapshot_per_number")
        ]


class ReviewSubmission(models.Model):
    """A reviewer is done: what they attested, in whose place, and what they had decided.

    `by_person` is the ref of the person who did it: the reviewer, or who stands in for them.
    `sha256` is over the decisions as they were sealed.
    """

    guard: ClassVar = AppendOnly()

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="submissions")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    by_person = models.CharField(max_length=64)
    attestation = models.TextField()
    counts = models.JSONField(default=dict)
    seconds = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)


class CampaignSignOff(models.Model):
    """A second person read what all reviewers decided, and stands by it."""

    guard: ClassVar = AppendOnly()

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="sign_off")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    by_person = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)


class Reassignment(models.Model):
    """An item went from one reviewer to another, by whom and why."""

    guard: ClassVar = AppendOnly()

    item = models.ForeignKey(ReviewItem, models.PROTECT, related_name="reassignments")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    from_person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)


class Remediation(models.Model):
    """The work that one decision causes: an operation, or nothing any more.

    `state` is the operation's, as last looked at: open until it is let go. `was_changed` says how
    what is there now differed from the snapshot when this was planned. Sealed with its campaign;
    whether the access came back after that, its operation tells.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        VERIFIED = "verified", "Verified"
        FAILED = "failed", "Needs a person"
        ALREADY_GONE = "already_gone", "Already gone"
        WAIVED = "waived", "Waived"

    SETTLED = (State.VERIFIED, State.ALREADY_GONE, State.WAIVED)

    guard: ClassVar = Sealed(frozen=("item", "campaign"), when="""OLD."is_sealed\"""")

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="remediations")
    item = models.OneToOneField(ReviewItem, models.PROTECT, related_name="remediation")
    operation = models.ForeignKey(
        ProvisioningOperation, models.PROTECT, null=True, related_name="remediations"
    )
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    was_changed = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    waived_by = models.CharField(max_length=100, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    is_sealed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(reason=""), name="waived_for_a_reason"
            )
        ]
        indexes = [models.Index(fields=["campaign", "state"], name="remediation_by_state")]

    @property
    def is_settled(self) -> bool:
        return self.state in self.SETTLED
