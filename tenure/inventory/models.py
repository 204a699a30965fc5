"""Who can act at a provider, as read; every change of it; whose account it is; and the runs."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.access_models import (
    Entitlement,
    EntitlementChange,
    Grant,
    Resource,
    ResourceChange,
)
from tenure.inventory.activity_models import ActivityObservation
from tenure.inventory.activity_rules import NOT_KNOWN
from tenure.inventory.credential_models import Credential, CredentialChange
from tenure.inventory.event_models import Explanation, LogGap, ProviderEvent, ProviderLog
from tenure.inventory.known_by import Change, KnownBy, Lasting
from tenure.inventory.link_models import AccountWord, AddressHolder, LinkingDomain, MergeMove
from tenure.inventory.ownership_models import Ownership
from tenure.inventory.run_models import Collection, HeldEnding, SyncCollection, SyncMark, SyncRun
from tenure.inventory.spend_models import Spend
from tenure.lib.ids import uuid7
from tenure.people.models import Person

__all__ = [
    "Account",
    "AccountChange",
    "AccountLink",
    "AccountRecord",
    "AccountWord",
    "ActivityObservation",
    "AddressHolder",
    "Collection",
    "Credential",
    "CredentialChange",
    "Entitlement",
    "EntitlementChange",
    "Explanation",
    "Grant",
    "HeldEnding",
    "Invitation",
    "InvitationChange",
    "KnownBy",
    "LinkingDomain",
    "LogGap",
    "MergeMove",
    "Ownership",
    "ProviderEvent",
    "ProviderLog",
    "Resource",
    "ResourceChange",
    "Spend",
    "SyncCollection",
    "SyncMark",
    "SyncRun",
]


class Account(Lasting):
    """An identity inside a provider. Rows are inserted by the merge and by nothing else.

    `role` is the organization role as the provider writes it. A service account may be known from
    its project alone: then it is not `is_listed` among the users, and ends with its place there.
    `last_active_at` is the newest that
    any source of activity says (`last_active_source` says which), NOT_KNOWN and "" when none does:
    kept here because the list is sorted by it, and a join cannot be where some have no row. It
    only moves forward, by the statements that bring what it is the newest of.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        EXTERNAL = "external", "External"
        SERVICE = "service", "Service"
        SHARED = "shared", "Shared"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        GONE = "gone", "Gone"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="accounts", db_index=False
    )
    external_id = models.CharField(max_length=200)
    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    status = models.CharField(max_length=9, choices=Status, default=Status.ACTIVE)
    is_default = models.BooleanField(null=True)
    is_scim_managed = models.BooleanField(null=True)
    is_break_glass = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True, db_default=True)
    added_at = models.DateTimeField(null=True)
    key_last_used_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(default=NOT_KNOWN)
    last_active_source = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="one_account_per_external_id"
            ),
            models.CheckConstraint(
                condition=Q(status="gone", ended_at__isnull=False)
                | Q(~Q(status="gone"), ended_at__isnull=True),
                name="gone_accounts_have_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["email_key", "id"], name="account_email_key"),
            # With the kind, so that counting looks at no account; the newest first, because among
            # these are those that are nobody's yet.
            models.Index(fields=["connection", "status", "-id", "kind"], name="account_by_status"),
            # The orders in which the list of accounts may be read.
            models.Index(fields=["name", "id"], name="account_by_name"),
            models.Index(fields=["-began_at", "-id"], name="account_by_beginning"),
            models.Index(fields=["role", "id"], name="account_by_role"),
            # With whether it is there, so that counting by it looks at no account.
            models.Index(
                fields=["-last_active_at", "-id", "connection", "status"],
                name="account_by_activity",
            ),
            # Few are of another kind than a person's or own the organization, and the list says how
            # many; of an index of them all, SQLite believes that each value is as frequent.
            models.Index(
                fields=["kind", "name", "id"],
                condition=~Q(kind="person"),
                name="account_of_other_kind",
            ),
            models.Index(
                fields=["connection", "id"], condition=Q(role="owner"), name="account_of_an_owner"
            ),
            models.Index(
                fields=["name", "id"], condition=Q(is_break_glass=True), name="break_glass"
            ),
            models.Index(fields=["status", "id"], condition=Q(status="gone"), name="account_gone"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id

    @property
    def active_at(self) -> datetime | None:
        """The newest activity that any source says; None is unknown."""
        return None if self.last_active_at == NOT_KNOWN else self.last_active_at


class AccountRecord(models.Model):
    """The provider's own record, as last received; written only when its bytes changed."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="record")
    raw = models.TextField()
    received_at = models.DateTimeField()


class AccountChange(Change):
    """One step in the life of an account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="changes", db_index=False)
    run = models.ForeignKey(SyncRun, models.PROTECT, related_name="account_changes", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="account_change_newest")]


class AccountLink(models.Model):
    """An account belongs to a person: by which method, who said so, and when.

    Narrow and beside the account on purpose: linking a million accounts must not rewrite them.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Suggested"
        CONFIRMED = "confirmed", "Linked"
        REJECTED = "rejected", "Rejected"
        ENDED = "ended", "Ended"
        # A suggestion or a rejection that a later word made void.
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Method(models.TextChoices):
        EXACT_EMAIL = "exact_email", "exact work e-mail"
        OTHER_EMAIL = "other_email", "other e-mail"
        PLAIN_EMAIL = "plain_email", "e-mail but for what its domain ignores"
        EXTERNAL_ID = "external_id", "same external id"
        SIMILAR_NAME = "similar_name", "similar name"
        MANUAL = "manual", "by hand"

    class Confidence(models.TextChoices):
        CERTAIN = "certain", "a human's word"
        HIGH = "high", "high confidence"
        MEDIUM = "medium", "medium confidence"
        LOW = "low", "low confidence"

    # A service has owners and a shared account many; only these belong to one person.
    KINDS = (Account.Kind.PERSON, Account.Kind.EXTERNAL)
    # What was put to a human once is not put to them again.
    ASKED = (State.PROPOSED, State.REJECTED)

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    # Its index is the one with the state and the person below.
    account = models.ForeignKey(Account, models.CASCADE, related_name="links", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    state = models.CharField(max_length=9, choices=State)
    method = models.CharField(max_length=12, choices=Method)
    confidence = models.CharField(max_length=7, choices=Confidence)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="confirmed"), name="one_person_per_account"
            ),
            models.UniqueConstraint(
                fields=["account", "person"],
                condition=Q(state__in=["proposed", "rejected"]),
                name="suggested_once_per_person",
            ),
        ]
        indexes = [
            # Whoever asks who has an account, or whose it is, need not look at the link itself.
            models.Index(fields=["account", "state", "person"], name="link_of_account"),
            models.Index(
                # SQLite asks for the state again, although the condition says it.
                fields=["person", "account", "state"],
                condition=Q(state="confirmed"),
                name="link_of_person_to",
            ),
            models.Index(fields=["account"], condition=Q(state="proposed"), name="link_waiting"),
            models.Index(
                fields=["method", "id"],
                condition=Q(state="proposed"),
                name="link_waiting_by_method",
            ),
        ]


class Invitation(Lasting):
    """Access offered, and perhaps not yet taken. A pending person exists only here.

    `status` is the provider's last word; `ended_at` is when the provider no longer listed it.
    `grants` are [resource id, role] pairs.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="invitations")
    external_id = models.CharField(max_length=200)
    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=320, blank=True)
    role = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=40)
    grants = models.JSONField(default=list)
    invited_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="one_invitation_per_external_id"
            )
        ]
        indexes = [models.Index(fields=["email_key", "id"], name="invitation_email_key")]


class InvitationChange(Change):
    """One step in the life of an invitation."""

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="changes", db_index=False
    )
    run = models.ForeignKey(
        SyncRun, models.PROTECT, related_name="invitation_changes", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["invitation", "-id"], name="invitation_change_newest")]
