"""What access is to, the rights that a provider gives on it, and who holds which since when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.known_by import Change, Lasting
from tenure.inventory.run_models import Collection, SyncRun
from tenure.lib.ids import uuid7


class Resource(Lasting):
    """A thing access is to, such as a project. Rows are inserted by the merge and nothing else.

    A group is one, too: being in it is access, and holds what the group holds. The organization
    itself is one row, made before anything of it is read. Of an identity provider it is the tokens
    that give access: `terms` say whose, and `is_enabled` whether they are taken.
    `is_out_of_scope` is a person's decision: its members are not read, and it is shown greyed and
    counted. `archived_at` and `created_at` are the provider's.
    """

    class Kind(models.TextChoices):
        ORGANIZATION = "organization", "Organization"
        PROJECT = "project", "Project"
        GROUP = "group", "Group"
        IDENTITY_PROVIDER = "identity_provider", "Identity provider"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=20, choices=Kind)
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    is_scim_managed = models.BooleanField(null=True)
    terms = models.CharField(max_length=600, blank=True, db_default="")
    is_enabled = models.BooleanField(null=True)
    raw = models.TextField(blank=True)
    is_out_of_scope = models.BooleanField(default=False)
    scope_reason = models.CharField(max_length=300, blank=True)
    scope_decided_by = models.CharField(max_length=100, blank=True)
    scope_decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "external_id"], name="one_resource_per_external_id"
            ),
            models.CheckConstraint(
                condition=Q(is_out_of_scope=False) | ~Q(scope_reason=""),
                name="out_of_scope_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="resource_by_name")]

    def __str__(self) -> str:
        return self.name or self.external_id

    @property
    def is_open(self) -> bool:
        """Whether people can reach it, as far as we are still told."""
        is_over = self.archived_at is not None or self.ended_at is not None
        return not is_over and self.connection.state != Connection.State.DISCONNECTED


class ResourceChange(Change):
    """One step in the life of a resource."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="changes", db_index=False)
    run = models.ForeignKey(
        SyncRun, models.PROTECT, related_name="resource_changes", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["resource", "-id"], name="resource_change_newest")]


class Entitlement(Lasting):
    """A right the provider can give, such as a role of a project. Never deleted: grants name it.

    It is there from the first grant of it on; the catalogue of roles, once read, says the rest.
    `external_id` is the word of a predefined role, the provider's id of any other, and empty where
    it gave none. `permissions` are the provider's words, one a line, in order.
    """

    class Kind(models.TextChoices):
        ROLE = "role", "Role"
        MEMBER = "member", "Membership"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="entitlements")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="entitlements")
    kind = models.CharField(max_length=12, choices=Kind)
    external_id = models.CharField(max_length=120, blank=True)
    # The catalogue that lists it; none has, so far, what only grants speak of.
    collection = models.ForeignKey(
        Collection, models.SET_NULL, null=True, related_name="entitlements"
    )
    provider_id = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    permissions = models.TextField(blank=True)
    is_predefined = models.BooleanField(null=True)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "kind", "external_id"], name="one_entitlement_per_external_id"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class EntitlementChange(Change):
    """One step in the life of a role: its permissions may grow without anybody being given any."""

    entitlement = models.ForeignKey(
        Entitlement, models.CASCADE, related_name="changes", db_index=False
    )
    run = models.ForeignKey(
        SyncRun, models.PROTECT, related_name="entitlement_changes", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["entitlement", "-id"], name="entitlement_change_newest")]


class Grant(Lasting):
    """A principal held an entitlement from one moment to another: one row is one interval.

    A changed role ends one grant and begins another. `principal_id` is the provider's id of who
    holds it; `account`, or `group`, is theirs as soon as its list has them. `via_group_ids`, with
    spaces between, are the groups through which the provider says that it is held: what an account
    can do is computed from its own grants and those of its groups, and this only compared.
    """

    class Principal(models.TextChoices):
        ACCOUNT = "account", "Account"
        GROUP = "group", "Group"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    collection = models.ForeignKey(
        Collection, models.PROTECT, related_name="grants", db_index=False
    )
    # Of the record in its list; for the members of a project it is the member's.
    external_id = models.CharField(max_length=200)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="grants")
    principal_kind = models.CharField(
        max_length=7, choices=Principal, default=Principal.ACCOUNT, db_default=Principal.ACCOUNT
    )
    principal_id = models.CharField(max_length=200)
    account = models.ForeignKey(
        "inventory.Account", models.PROTECT, null=True, related_name="grants", db_index=False
    )
    group = models.ForeignKey(
        Resource, models.PROTECT, null=True, related_name="held", db_index=False
    )
    via_group_ids = models.TextField(blank=True, db_default="")
    raw = models.TextField(blank=True)
    run = models.ForeignKey(SyncRun, models.PROTECT, related_name="grants_begun", db_index=False)
    ended_run = models.ForeignKey(
        SyncRun, models.PROTECT, null=True, related_name="grants_ended", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "external_id"],
                condition=Q(ended_at=None),
                name="one_grant_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_known_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_known_by="")),
                name="ended_grants_say_how_it_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="grant_of_account"),
            # Who holds something now without looking at each grant, and what began or ended last.
            models.Index(
                fields=["entitlement", "-began_at", "account", "ended_at"],
                condition=Q(ended_at__isnull=True),
                name="grant_held_now",
            ),
            models.Index(
                fields=["entitlement", "-ended_at"],
                condition=Q(ended_at__isnull=False),
                name="grant_ended_last",
            ),
            models.Index(
                fields=["group", "id"], condition=Q(group__isnull=False), name="grant_of_group"
            ),
            models.Index(
                fields=["collection", "external_id"],
                condition=Q(ended_at__isnull=False),
                name="grant_ended",
            ),
            models.Index(
                fields=["id"], condition=Q(account=None, group=None), name="grant_of_a_stranger"
            ),
        ]
