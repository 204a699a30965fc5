"""Items of a review: what was frozen at staging, and what was decided of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from tenure.audit.sealed import Sealed
from tenure.connections.models import Connection
from tenure.inventory.models import Account, Credential, Entitlement, Grant, Invitation, Resource
from tenure.lib.ids import uuid7
from tenure.people.models import Person


class Decision(models.TextChoices):
    """What a reviewer decided. Giving an item to somebody else is a verb and not one of these."""

    PENDING = "pending", "Undecided"
    KEEP = "keep", "Keep"
    REMOVE = "remove", "Remove"
    CHANGE = "change", "Change"


def _then(to: type[models.Model] | str) -> Any:  # noqa: ANN401 - a field
    """A row of the inventory as it stood: rows there are never deleted, and a constraint for each
    of ten references would cost more than all else of staging."""
    return models.ForeignKey(
        to, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )


# What staging freezes; the guard lets nothing of it change.
FROZEN = (
    *("ref", "campaign", "snapshot", "position", "key", "kind", "connection", "account", "person"),
    *("holder", "grant", "entitlement", "resource", "group", "credential", "invitation", "before"),
    *("principal_id", "thing_id", "account_name", "account_email", "account_kind"),
    *("account_status", "organization_role", "person_name", "person_email", "person_state"),
    *("manager_name", "department", "role", "role_name", "resource_kind", "resource_id_there"),
    *("resource_name", "path", "via_id", "via_name", "is_scim_managed", "thing_kind", "thing_name"),
    *("hint", "status", "created_at", "expires_at", "last_used_at", "began_at", "began_not_before"),
    *("began_known_by", "given_by", "login_at", "active_at", "active_source", "acted_at"),
    *("log_from", "spent", "currency", "delta", "is_leaver", "is_unlinked", "is_on_leave"),
    *("is_new", "is_role_raised", "is_privileged", "is_dormant", "is_unused", "is_external"),
    *("is_flagged", "is_redundant"),
)


class ReviewItem(models.Model):
    """One thing to decide: an account's right, a service account, a credential or an invitation.

    `key` names the thing across campaigns of one connection, and `before` is its row in the last
    completed one. `holder` is the person whose access it is as far as one can suspect, and who
    does not review it; `person` only who is linked to it. `path` says how the right is reached.
    `acted_at` is the newest administrative act; `log_from` since when the provider's log is known,
    None where it is off. Instants of the inventory are kept as it knew them at staging.

    The decision may change until `submission`. `version` counts what became of it, so that a page
    that shows an older one is told.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Access"
        SERVICE_ACCOUNT = "service_account", "Service account"
        CREDENTIAL = "credential", "Key"
        INVITATION = "invitation", "Invitation"

    class Path(models.TextChoices):
        ORGANIZATION = "organization", "Member of the organization"
        DIRECT = "direct", "Direct"
        GROUP = "group", "Through a group"
        MEMBERSHIP = "membership", "Member of the group"
        OWN = "own", "Its own"

    class Delta(models.TextChoices):
        FIRST = "first", "First review"
        NEW = "new", "Not in the last review"
        CHANGED = "changed", "Changed since the last review"
        SAME = "same", "Unchanged"

    guard: ClassVar = Sealed(frozen=FROZEN, when='OLD."submission_id" IS NOT NULL')

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(
        "reviews.Campaign", models.PROTECT, related_name="+", db_index=False
    )
    snapshot = models.ForeignKey(
        "reviews.CampaignSnapshot", models.PROTECT, related_name="items", db_index=False
    )
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=1000)
    kind = models.CharField(max_length=15, choices=Kind)
    connection = _then(Connection)
    account = _then(Account)
    person = _then(Person)
    holder = _then(Person)
    grant = _then(Grant)
    entitlement = _then(Entitlement)
    resource = _then(Resource)
    group = _then(Resource)
    credential = _then(Credential)
    invitation = _then(Invitation)
    before = _then("self")
    principal_id = models.CharField(max_length=200)
    thing_id = models.CharField(max_length=450)
    account_name = models.CharField(max_length=300)
    account_email = models.CharField(max_length=320)
    account_kind = models.CharField(max_length=8)
    account_status = models.CharField(max_length=9)
    organization_role = models.CharField(max_length=120)
    person_name = models.CharField(max_length=320)
    person_email = models.CharField(max_length=320)
    person_state = models.CharField(max_length=9)
    manager_name = models.CharField(max_length=320)
    department = models.CharField(max_length=200)
    role = models.CharField(max_length=120)
    role_name = models.CharField(max_length=300)
    resource_kind = models.CharField(max_length=20)
    resource_id_there = models.CharField(max_length=200)
    resource_name = models.CharField(max_length=300)
    path = models.CharField(max_length=12, choices=Path)
    via_id = models.CharField(max_length=200)
    via_name = models.CharField(max_length=300)
    is_scim_managed = models.BooleanField()
    thing_kind = models.CharField(max_length=15)
    thing_name = models.CharField(max_length=320)
    hint = models.CharField(max_length=120)
    status = models.CharField(max_length=40)
    created_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    began_not_before = models.DateTimeField(null=True)
    began_known_by = models.CharField(max_length=13)
    given_by = models.CharField(max_length=320)
    login_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    active_source = models.CharField(max_length=12)
    acted_at = models.DateTimeField(null=True)
    log_from = models.DateTimeField(null=True)
    spent = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=8)
    delta = models.CharField(max_length=7, choices=Delta)
    is_leaver = models.BooleanField()
    is_unlinked = models.BooleanField()
    is_on_leave = models.BooleanField()
    is_new = models.BooleanField()
    is_role_raised = models.BooleanField()
    is_privileged = models.BooleanField()
    is_dormant = models.BooleanField()
    is_unused = models.BooleanField()
    is_external = models.BooleanField()
    is_flagged = models.BooleanField()
    is_redundant = models.BooleanField()

    reviewer = _then(Person)
    assigned_by = models.CharField(max_length=13)
    decision = models.CharField(max_length=7, choices=Decision, default=Decision.PENDING)
    to_role = models.CharField(max_length=120, blank=True, db_default="")
    reason = models.CharField(max_length=500, blank=True, db_default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, db_default="")
    decided_by_person = models.CharField(max_length=64, blank=True, db_default="")
    was_bulk = models.BooleanField(default=False, db_default=False)
    was_carried = models.BooleanField(default=False, db_default=False)
    # What `undo` goes back to.
    decision_before = models.CharField(max_length=7, blank=True, db_default="")
    to_role_before = models.CharField(max_length=120, blank=True, db_default="")
    reason_before = models.CharField(max_length=500, blank=True, db_default="")
    version = models.PositiveIntegerField(default=0, db_default=0)
    submission = models.ForeignKey(
        "reviews.ReviewSubmission", models.PROTECT, null=True, related_name="items", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "key"], name="one_item_per_thing_reviewed"),
            models.CheckConstraint(
                condition=~Q(decision="change") | ~Q(to_role=""), name="changes_say_to_what"
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["remove", "change"]) | ~Q(reason=""),
                name="removed_and_changed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(submission=None) | ~Q(decision="pending"),
                name="submitted_items_are_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["snapshot", "position"], name="review_item_in_order"),
            models.Index(fields=["reviewer", "snapshot", "position"], name="review_item_of"),
        ]

    def __str__(self) -> str:
        who = self.person_name or self.account_name or self.account_email or self.principal_id
        return who or self.thing_name or self.thing_id
