"""Requests for access: their states, the steps of their approval, and what was said and done."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenure.access_requests.catalogue_models import ApprovalPolicy, ApproverGroup, CatalogueEntry
from tenure.audit.guards import AppendOnly
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Resource
from tenure.lib.ids import uuid7
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation

__all__ = [
    "AccessRequest",
    "ApprovalPolicy",
    "ApprovalStep",
    "ApproverGroup",
    "AskedApprover",
    "CatalogueEntry",
    "RequestComment",
    "RequestEvent",
    "RequestOperation",
]


class AccessRequest(models.Model):
    """Somebody asks for one thing, for one person, for a time.

    What is asked for (`resource`, `role`), the words it had (`title`), the days or the end, and the
    `policy` that was resolved to persons are frozen when it is sent. `days` count from when it is
    provisioned; `ends_at` is the instant once that is known, and None for what has no end.
    Whoever is asked for is `person`; who asked is `asked_by`. `was_invited` says that the account
    came by this request, and goes with it when nothing else holds it. `role_before` is what the
    account goes back to when the role was changed. `version` grows with each change of state:
    whoever decides names the one they saw.
    """

    class State(models.TextChoices):
        PENDING_APPROVAL = "pending_approval", "Needs approval"
        PENDING_PROVISIONING = "pending_provisioning", "Being given"
        AWAITING_ACCEPTANCE = "awaiting_acceptance", "Invited"
        PROVISIONED = "provisioned", "Given, to be verified"
        VERIFIED = "verified", "Has it"
        ENDING = "ending", "Being taken back"
        EXPIRED = "expired", "Ended"
        REVOKED = "revoked", "Taken back"
        DENIED = "denied", "Denied"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"

    # Something is still to come of it; what gives access; what will not change any more.
    OPEN = (
        *(State.PENDING_APPROVAL, State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE),
        *(State.PROVISIONED, State.VERIFIED, State.ENDING),
    )
    GIVES = (State.PROVISIONED, State.VERIFIED)
    OVER = (State.EXPIRED, State.REVOKED, State.DENIED, State.CANCELLED, State.FAILED)

    class Ending(models.TextChoices):
        """Why it is being taken back."""

        EXPIRY = "expiry", "Its time is over"
        GIVEN_BACK = "given_back", "Given back"
        REVOKED = "revoked", "Taken back"
        EXTENDED = "extended", "A longer one took its place"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="access_requests")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="access_requests")
    role = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300)
    is_privileged = models.BooleanField(default=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="access_requests")
    asked_by = models.CharField(max_length=100)
    asked_by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    # Asked for as a day rather than a length; and the instant, once it is known.
    until = models.DateField(null=True)
    ends_at = models.DateTimeField(null=True)
    extends = models.ForeignKey("self", models.PROTECT, null=True, related_name="extensions")
    policy = models.JSONField(default=dict)
    policy_name = models.CharField(max_length=100, blank=True)

    state = models.CharField(max_length=20, choices=State, default=State.PENDING_APPROVAL)
    version = models.PositiveIntegerField(default=1)
    state_reason = models.CharField(max_length=500, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="access_requests")
    was_invited = models.BooleanField(default=False)
    role_before = models.CharField(max_length=120, blank=True)
    # What was found at the provider when it was verified, where that differs from what was asked.
    differs = models.CharField(max_length=300, blank=True)

    asked_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    provisioned_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    ending_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # One open request of one thing for one person; an extension stands beside the first.
            models.UniqueConstraint(
                fields=["person", "resource", "role"],
                condition=Q(
                    state__in=[
                        *("pending_approval", "pending_provisioning", "awaiting_acceptance"),
                        *("provisioned", "verified", "ending"),
                    ],
                    extends=None,
                ),
                name="one_open_request_per_thing",
            ),
            models.UniqueConstraint(
                fields=["extends"],
                condition=Q(state__in=["pending_approval", "pending_provisioning"]),
                name="one_open_extension",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["denied", "failed"]) | ~Q(state_reason=""),
                name="denied_and_failed_say_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="ending") | ~Q(ending=""), name="ending_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "ending"]) | Q(approved_at__isnull=False),
                name="given_only_when_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="request_by_state"),
            models.Index(fields=["person", "-id"], name="request_of_person"),
            models.Index(fields=["asked_by_person", "-id"], name="request_by_asker"),
            models.Index(
                fields=["ends_at", "id"],
                condition=Q(
                    state__in=["awaiting_acceptance", "provisioned", "verified"],
                    ends_at__isnull=False,
                ),
                name="request_to_end",
            ),
        ]

    def __str__(self) -> str:
        return f"REQ-{self.number}"


class ApprovalStep(models.Model):
    """One answer that is needed, in its order. `needs` is any or all of those who are asked."""

    class State(models.TextChoices):
        AHEAD = "ahead", "Later"
        OPEN = "open", "Waiting"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"
        DROPPED = "dropped", "Not needed any more"

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    needs = models.CharField(max_length=3)
    title = models.CharField(max_length=200)
    answer_within_h = models.PositiveSmallIntegerField(default=24)
    state = models.CharField(max_length=8, choices=State, default=State.AHEAD)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="steps_in_order")
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="step_due")]


class AskedApprover(models.Model):
    """Somebody who is asked in a step, and their answer. `why` is how they came to be asked.

    Whoever is asked in the place of another, as a delegate or because that one left, names them in
    `in_place_of`; who was replaced keeps their row, with `replaced_at`.
    """

    class Answer(models.TextChoices):
        NONE = "", "No answer yet"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"

    class CameBy(models.TextChoices):
        """As what they are asked: some have to be it still when they answer."""

        MANAGER = "manager", "Manager"
        SYSTEM_OWNER = "system_owner", "System owner"
        ENTRY_OWNER = "entry_owner", "Owner of what is asked for"
        GROUP = "group", "Member of an approver group"
        PERSON = "person", "Named by the policy"
        ACCESS_MANAGER = "access_manager", "Manages access requests"

    step = models.ForeignKey(ApprovalStep, models.PROTECT, related_name="asked")
    person = models.ForeignKey(Person, models.PROTECT, related_name="asked_to_approve")
    why = models.CharField(max_length=200)
    came_by = models.CharField(max_length=14, choices=CameBy)
    group = models.ForeignKey(ApproverGroup, models.PROTECT, null=True, related_name="+")
    in_place_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Also asked because nobody answered in time.
    is_escalation = models.BooleanField(default=False)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=100, blank=True)
    # The human who answered: a delegate answers for `person`.
    answered_by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    comment = models.CharField(max_length=1000, blank=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "person"],
                condition=Q(replaced_at=None),
                name="asked_once_in_a_step",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "step"],
                condition=Q(answer="", replaced_at=None),
                name="asked_and_unanswered",
            ),
        ]


class RequestComment(models.Model):
    """A question or a word about a request. Never changed, never deleted."""

    guard: ClassVar = AppendOnly()

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="comments")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    text = models.CharField(max_length=1000)


class RequestEvent(models.Model):
    """One step in the life of a request, for its timeline. Never changed, never deleted."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"
        REPLACED = "replaced", "Somebody else is asked"
        REMINDED = "reminded", "Reminded"
        ESCALATED = "escalated", "Escalated"
        CANCELLED = "cancelled", "Cancelled"
        GIVING = "giving", "Being given"
        INVITED = "invited", "Invited"
        ACCEPTED = "accepted", "Accepted"
        PROVISIONED = "provisioned", "Given"
        VERIFIED = "verified", "Verified"
        DIFFERS = "differs", "Not as approved"
        EXTENDED = "extended", "Extended"
        ENDING = "ending", "Being taken back"
        OVER = "over", "Over"
        FAILED = "failed", "Failed"

    guard: ClassVar = AppendOnly()

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=11, choices=Kind)
    by = models.CharField(max_length=100)
    text = models.CharField(max_length=500, blank=True)


class RequestOperation(models.Model):
    """A change at the provider that a request asked for: to give it, or to take it back."""

    class Purpose(models.TextChoices):
        GIVE = "give", "To give it"
        TAKE_BACK = "take_back", "To take it back"

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="operations")
    operation = models.ForeignKey(ProvisioningOperation, models.PROTECT, related_name="of_requests")
    purpose = models.CharField(max_length=9, choices=Purpose)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "operation"], name="an_operation_once_in_a_request"
            )
        ]
