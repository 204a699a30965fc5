"""A leaving, and everything that has to happen because of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.models import Account, Credential, Invitation, Resource
from tenure.lib.ids import uuid7
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation


class OffboardingCase(models.Model):
    """One person's leaving. `begins_at` is when it is to start, `ends_at` the end it is because of.

    `batch` is what its operations are worked on as; a reset begins another. A case that a person
    opened names their person too, because some of it needs a second one.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        AWAITING_APPROVAL = "awaiting_approval", "Needs approval"
        IN_PROGRESS = "in_progress", "In progress"
        BLOCKED = "blocked", "Blocked"
        COMPLETE = "complete", "Complete"
        CANCELLED = "cancelled", "Cancelled"

    class Opened(models.TextChoices):
        TIME = "time", "because their time ended"
        INACTIVE = "inactive", "because their source says they are inactive"
        HAND = "hand", "by hand"
        EMERGENCY = "emergency", "in an emergency"

    OPEN = (State.SCHEDULED, State.AWAITING_APPROVAL, State.IN_PROGRESS, State.BLOCKED)
    # Before anything was sent.
    AHEAD = (State.SCHEDULED, State.AWAITING_APPROVAL)
    UNDER_WAY = (State.IN_PROGRESS, State.BLOCKED)

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="offboardings")
    state = models.CharField(max_length=17, choices=State)
    reason = models.CharField(max_length=500, blank=True)
    opened = models.CharField(max_length=9, choices=Opened)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=100)
    ends_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField()
    due_at = models.DateTimeField()
    new_owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    batch = models.UUIDField(default=uuid7)
    planned_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=100, blank=True)
    completed_at = models.DateTimeField(null=True)
    resets = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["scheduled", "awaiting_approval", "in_progress", "blocked"]),
                name="one_open_case_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state="complete", completed_at__isnull=False)
                | (~Q(state="complete") & Q(completed_at=None)),
                name="complete_cases_have_an_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "begins_at"], name="case_by_state"),
            models.Index(fields=["-id"], name="case_newest"),
        ]

    def __str__(self) -> str:
        return f"OFF-{self.pk}"

    @property
    def is_emergency(self) -> bool:
        return self.opened == self.Opened.EMERGENCY

    @property
    def is_late(self) -> bool:
        """Completed after it was due; late is late, whenever it is looked at."""
        return self.completed_at is not None and self.completed_at > self.due_at


class OffboardingItem(models.Model):
    """One thing the leaver can act with or answers for, and what is to happen to it.

    `key` says what it is of, so that a later look finds it again and keeps what was decided. While
    there is an `operation`, its state is this one's; `state` is for what needs none.
    """

    class Kind(models.TextChoices):
        MEMBER = "member", "Account"
        ADMIN_KEY = "admin_key", "Admin key"
        PROJECT_KEY = "project_key", "Key"
        INVITATION = "invitation", "Invitation"
        SERVICE_ACCOUNT = "service_account", "Service account"
        PROJECT = "project", "Project with no other owner"
        OTHER = "other", "Not connected"

    class Action(models.TextChoices):
        REMOVE = "remove", "Remove"
        REVOKE = "revoke", "Revoke"
        CANCEL = "cancel", "Cancel"
        REASSIGN = "reassign", "Give to somebody else"
        ADD_OWNER = "add_owner", "Add an owner"
        BY_HAND = "by_hand", "By hand"
        KEEP = "keep", "Keep, with a reason"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        NEEDS_CHOICE = "needs_choice", "Needs your choice"
        STARTED = "started", "Started"
        VERIFIED = "verified", "Verified"
        KEPT = "kept", "Kept"

    CHOICES: dict[str, tuple[str, ...]] = {
        Kind.MEMBER: (Action.REMOVE, Action.BY_HAND, Action.KEEP),
        Kind.ADMIN_KEY: (Action.REVOKE, Action.BY_HAND, Action.KEEP),
        Kind.PROJECT_KEY: (Action.REVOKE, Action.BY_HAND, Action.KEEP),
        Kind.INVITATION: (Action.CANCEL, Action.BY_HAND, Action.KEEP),
        Kind.SERVICE_ACCOUNT: (Action.REASSIGN, Action.REMOVE, Action.KEEP),
        Kind.PROJECT: (Action.ADD_OWNER, Action.BY_HAND, Action.KEEP),
        Kind.OTHER: (Action.BY_HAND, Action.KEEP),
    }

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(OffboardingCase, models.CASCADE, related_name="items")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=15, choices=Kind)
    label = models.CharField(max_length=320)
    place = models.CharField(max_length=300, blank=True)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=9, choices=Action)
    new_owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    operation = models.ForeignKey(
        ProvisioningOperation, models.PROTECT, null=True, related_name="offboarding_items"
    )
    rank = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="one_item_per_thing"),
            models.CheckConstraint(
                condition=~Q(action="keep") | ~Q(reason=""), name="kept_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["case", "rank", "id"], name="item_in_order")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_settled(self) -> bool:
        """Nothing more has to happen: verified, or left with a reason."""
        if self.operation is not None:
            return self.operation.state in (
                ProvisioningOperation.State.VERIFIED,
                ProvisioningOperation.State.OVERRIDDEN,
            )
        return self.state in (self.State.VERIFIED, self.State.KEPT)
