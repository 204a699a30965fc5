"""Keys, and rules that let in without one: what acts without anybody signing in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.access_models import Resource
from tenure.inventory.known_by import Change, Lasting
from tenure.inventory.last_use import LastUse
from tenure.inventory.run_models import Collection, SyncRun
from tenure.lib.ids import uuid7


class Credential(Lasting):
    """A key, from when it appeared until it was no longer listed. Its value is nowhere.

    A federation rule is one as well, without a value: whoever shows a token of its collection's
    resource, an identity provider, that meets the `conditions`, acts as its owner; with no more
    than the `scopes`, where there are any. Both are lines.

    `principal_id` is the provider's id of whose it is; `owner` is their account as soon as a list
    has it. `owner_has_access` is the provider's word on whether they still reach `resource`, which
    is None for a key of the organization's own administration. `hint` is the value as shown, cut.
    """

    class Kind(models.TextChoices):
        PROJECT_KEY = "project_key", "Project key"
        ADMIN_KEY = "admin_key", "Admin key"
        FEDERATION_RULE = "federation_rule", "Federation rule"

    class OwnerKind(models.TextChoices):
        ACCOUNT = "account", "A person's account"
        SERVICE = "service", "A service account"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="credentials")
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="credentials")
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=15, choices=Kind)
    resource = models.ForeignKey(
        Resource, models.PROTECT, null=True, related_name="credentials", db_index=False
    )
    name = models.CharField(max_length=300, blank=True)
    hint = models.CharField(max_length=120, blank=True)
    principal_id = models.CharField(max_length=200, blank=True)
    owner_name = models.CharField(max_length=300, blank=True)
    owner_kind = models.CharField(max_length=7, choices=OwnerKind, blank=True)
    owner = models.ForeignKey(
        "inventory.Account", models.PROTECT, null=True, related_name="credentials"
    )
    owner_has_access = models.BooleanField(null=True)
    conditions = models.TextField(blank=True, db_default="")
    scopes = models.TextField(blank=True, db_default="")
    is_enabled = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="one_credential_per_external_id"
            )
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="credential_by_name"),
            models.Index(fields=["began_at", "id"], name="credential_by_beginning"),
            models.Index(LastUse("last_used_at"), "id", name="credential_by_last_use"),
            models.Index(fields=["id"], condition=Q(kind="admin_key"), name="credential_of_admin"),
            models.Index(
                fields=["id"], condition=Q(kind="federation_rule"), name="credential_of_federation"
            ),
            models.Index(
                fields=["id"], condition=Q(owner_kind="service"), name="credential_of_service"
            ),
            models.Index(
                fields=["id"], condition=Q(ended_at__isnull=False), name="credential_ended"
            ),
            models.Index(
                fields=["created_at"], condition=Q(ended_at=None), name="credential_by_age"
            ),
            models.Index(
                fields=["last_used_at"], condition=Q(ended_at=None), name="credential_by_use"
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(ended_at=None, expires_at__isnull=False),
                name="credential_expiring",
            ),
            models.Index(fields=["resource", "id"], name="credential_of_resource"),
            models.Index(
                fields=["id"],
                condition=Q(ended_at=None, owner_has_access=False),
                name="credential_orphaned",
            ),
            models.Index(fields=["id"], condition=Q(owner=None), name="credential_of_a_stranger"),
        ]

    def __str__(self) -> str:
        return self.name or self.hint or self.external_id


class CredentialChange(Change):
    """One step in the life of a key. When it was last used is none: that moves every day."""

    credential = models.ForeignKey(
        Credential, models.CASCADE, related_name="changes", db_index=False
    )
    run = models.ForeignKey(
        SyncRun, models.PROTECT, related_name="credential_changes", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["credential", "-id"], name="credential_change_newest")]
