"""What is to change at a provider, what came of it, and who let it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenure.audit.guards import AppendOnly
from tenure.connections.models import Connection
from tenure.connectors.changing import Identity, Target, identity_of
from tenure.inventory.models import Account
from tenure.lib.ids import uuid7
from tenure.people.models import Person


class BrakeRelease(models.Model):
    """A second person let a named batch pass the brake of a connection."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="brake_releases")
    batch = models.UUIDField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    by_person = models.CharField(max_length=64, blank=True)
    count = models.PositiveIntegerField()


class ProvisioningOperation(models.Model):
    """One change of one thing at one provider, from its plan to the proof that it holds.

    `target_kind`, `target_id`, `parent_id` and `identity` (connectors.changing.Identity) were
    frozen when it was planned, and are compared before anything is sent. An invitation that is to
    be made has no id: its target is the address, folded, and `made_id` what it goes by since then.
    `role` is what is given (before a change, the identity has the old one), and `projects` where an
    invitation leads: {id, role, name} each. `cause` names what asked for it, as text: it is above
    this slice. Operations of one `batch` are worked on in the order of `rank`, one after the other.
    `is_in_doubt` means that a change was about to be sent and nobody knows what came of it: nothing
    is sent again before a read. `sent_at` is what the brake counts by.
    """

    class Mode(models.TextChoices):
        CONNECTOR = "connector", "By Tenure"
        MANUAL = "manual", "By hand"

    class Action(models.TextChoices):
        REMOVE = "remove", "Remove"
        ADD = "add", "Add"
        CHANGE = "change", "Change the role"

    class Kind(models.TextChoices):
        MEMBER = "member", "Member"
        ADMIN_KEY = "admin_key", "Admin key"
        PROJECT_KEY = "project_key", "Project key"
        INVITATION = "invitation", "Invitation"
        PROJECT_MEMBER = "project_member", "Project member"
        GROUP_MEMBER = "group_member", "Group member"
        SERVICE_ACCOUNT = "service_account", "Service account"
        # Of what is not connected: a person does it, and it names no id.
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        AWAITING_APPROVAL = "awaiting_approval", "Needs a second person"
        QUEUED = "queued", "Waiting"
        BLOCKED = "blocked", "Blocked"
        RUNNING = "running", "Running"
        DONE = "done", "Done, reading back"
        VERIFIED = "verified", "Verified"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        OVERRIDDEN = "overridden", "Overridden"

    class Block(models.TextChoices):
        """Why it is blocked; `reason` says it in a sentence."""

        ASLEEP = "asleep", "The connection is paused or disconnected"
        REMOVAL_OFF = "removal_off", "Removal is off"
        NO_PERMISSION = "no_permission", "The key may not do this"
        WRONG_ORGANIZATION = "wrong_organization", "Another organization answers"
        NOT_PROVABLE = "not_provable", "The organization is not provable"
        IDENTITY_CHANGED = "identity_changed", "It is not what was planned"
        LAST_OWNER = "last_owner", "The last owner"
        KEY_OWNER = "key_owner", "The owner of a key that Tenure uses"
        SERVICE = "service", "A service account"
        BREAK_GLASS = "break_glass", "A break-glass account"
        DEFAULT_ACCOUNT = "default_account", "A default account"
        BRAKE = "brake", "The brake"
        ARCHIVED = "archived", "The project is archived"
        NOT_VISIBLE = "not_visible", "Not visible yet"
        CAME_BACK = "came_back", "It came back"
        ALREADY_MEMBER = "already_member", "A member already"
        INVITED_OTHERWISE = "invited_otherwise", "Invited to something else"
        OTHER_ROLE = "other_role", "A member with another role"

    # Work for `acting`; what a person may still stop or let go; what will not change by itself.
    LIVE = (State.QUEUED, State.RUNNING, State.DONE)
    OPEN = (State.PLANNED, State.AWAITING_APPROVAL, *LIVE, State.BLOCKED, State.FAILED)
    SETTLED = (State.VERIFIED, State.CANCELLED, State.OVERRIDDEN)
    # What the brake counts: whole identities, not the keys and invitations of one.
    BRAKED = (Kind.MEMBER, Kind.SERVICE_ACCOUNT)

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="operations")
    mode = models.CharField(max_length=9, choices=Mode, default=Mode.CONNECTOR)
    action = models.CharField(max_length=6, choices=Action, default=Action.REMOVE)
    target_kind = models.CharField(max_length=15, choices=Kind)
    target_id = models.CharField(max_length=320, blank=True)
    parent_id = models.CharField(max_length=200, blank=True)
    made_id = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=120, blank=True)
    projects = models.JSONField(default=list)
    identity = models.JSONField(default=dict)
    # Who it turned out to be when that was not what was planned; planning anew takes it over.
    seen = models.JSONField(default=dict)
    # The address it goes by, folded, of whom has one: whoever comes back may get another id.
    email_key = models.CharField(max_length=320, blank=True)
    # What people read: the thing, and where it is.
    label = models.CharField(max_length=320)
    place = models.CharField(max_length=300, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="operations")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="operations")
    # Whether that person was not to have access when it was planned: later they may, rightly.
    of_leaver = models.BooleanField(default=False)
    cause_kind = models.CharField(max_length=32, blank=True)
    cause_ref = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=500, blank=True)
    batch = models.UUIDField(default=uuid7)
    rank = models.PositiveSmallIntegerField(default=0)

    state = models.CharField(max_length=17, choices=State, default=State.PLANNED)
    block = models.CharField(max_length=18, choices=Block, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    is_in_doubt = models.BooleanField(default=False)
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    pauses = models.PositiveSmallIntegerField(default=0)
    # How often the key was refused since it last went on: providers say no by mistake.
    refusals = models.PositiveSmallIntegerField(default=0)

    needs_second_person = models.BooleanField(default=False)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=100)
    planned_by_user = models.CharField(max_length=64, blank=True)
    planned_by_person = models.CharField(max_length=64, blank=True)
    started_by_person = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=100, blank=True)
    approved_by_person = models.CharField(max_length=64, blank=True)
    release = models.ForeignKey(BrakeRelease, models.PROTECT, null=True, related_name="operations")

    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reappeared_at = models.DateTimeField(null=True)
    # When a sync had no longer what was given.
    gone_at = models.DateTimeField(null=True)

    # By hand: who is to do it, until when, and how.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True)
    instructions = models.TextField(blank=True)

    class Meta:
        constraints = [
            # Of one thing at a provider one removal is under way.
            models.UniqueConstraint(
                fields=["connection", "action", "target_kind", "target_id", "parent_id"],
                condition=Q(
                    state__in=[
                        *("planned", "awaiting_approval", "queued", "running", "done"),
                        *("blocked", "failed"),
                    ]
                )
                & ~Q(target_id=""),
                name="one_open_operation_per_target",
            ),
            models.CheckConstraint(
                condition=Q(state="blocked") | Q(block=""), name="only_the_blocked_have_a_block"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["blocked", "failed", "overridden"]) | ~Q(reason=""),
                name="blocked_failed_and_overridden_say_why",
            ),
            models.CheckConstraint(
                condition=Q(is_in_doubt=False) | Q(state="running", sent_at__isnull=False),
                name="in_doubt_only_while_running",
            ),
            models.CheckConstraint(
                condition=Q(mode="manual") | (Q(connection__isnull=False) & ~Q(target_id="")),
                name="a_connector_needs_a_target",
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "rank", "id"],
                condition=Q(state__in=["queued", "running", "done"]),
                name="operation_live",
            ),
            models.Index(fields=["state", "-id"], name="operation_by_state"),
            models.Index(fields=["connection", "-sent_at"], name="operation_sent"),
            models.Index(fields=["cause_kind", "cause_ref", "rank", "id"], name="operation_cause"),
            models.Index(
                fields=["verified_at"],
                condition=Q(state="verified", confirmed_at=None),
                name="operation_to_confirm",
            ),
            models.Index(
                fields=["assignee", "due_at"],
                condition=Q(mode="manual", state__in=["queued", "done"]),
                name="operation_by_hand",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def target(self) -> Target:
        """What a connector is told; of what is done by hand there is none."""
        return Target(kind=self.target_kind, id=self.target_id, parent_id=self.parent_id)  # type: ignore[arg-type] # the choices are TargetKind

    @property
    def known(self) -> Identity:
        """Who or what it was when it was planned."""
        return identity_of(self.identity)

    @property
    def is_removal(self) -> bool:
        return self.action == self.Action.REMOVE

    @property
    def is_invitation(self) -> bool:
        """Whether somebody is to be invited."""
        return self.action == self.Action.ADD and self.target_kind == self.Kind.INVITATION


class OperationStep(models.Model):
    """Something decided, sent or seen for an operation. Never changed, never deleted.

    `request` is method and path, `request_id` the provider's; `detail` holds what was compared.
    Nothing of it is secret.
    """

    class Kind(models.TextChoices):
        PLANNED = "planned", "Planned"
        APPROVED = "approved", "Approved"
        READ_BEFORE = "read_before", "Read before"
        REHEARSED = "rehearsed", "Rehearsed"
        ABOUT_TO_SEND = "about_to_send", "About to send"
        ANSWERED = "answered", "Answered"
        READ_AFTER = "read_after", "Read after"
        READ_IN_LIST = "read_in_list", "Read in the list"
        CONFIRMED = "confirmed", "Confirmed by a sync"
        CAME_BACK = "came_back", "Came back"
        BLOCKED = "blocked", "Blocked"
        FAILED = "failed", "Failed"
        RELEASED = "released", "Released"
        RETRIED = "retried", "Tried again"
        PROVEN = "proven", "Proven by hand"
        CANCELLED = "cancelled", "Cancelled"
        OVERRIDDEN = "overridden", "Overridden"
        NOTED = "noted", "Noted"

    guard: ClassVar = AppendOnly()

    operation = models.ForeignKey(ProvisioningOperation, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=14, choices=Kind)
    by = models.CharField(max_length=100)
    text = models.CharField(max_length=500, blank=True)
    request = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["operation", "id"], name="step_in_order")]


class OperationProof(models.Model):
    """A file that shows that something was done by hand."""

    guard: ClassVar = AppendOnly()
    MOST_BYTES: ClassVar = 5_000_000

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    operation = models.ForeignKey(ProvisioningOperation, models.PROTECT, related_name="proofs")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField()
