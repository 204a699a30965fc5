"""What linking remembers: the words of humans, whose an address ever was, and how domains write."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.lib.ids import uuid7
from tenure.people.models import Person


class AccountWord(models.Model):
    """A human's word about an account: whose it is, or of what kind.

    `before` is what was so until then, see `undoing`; the last word can be undone.
    """

    class Said(models.TextChoices):
        LINKED = "linked", "Linked"
        CONFIRMED = "confirmed", "Suggestion confirmed"
        REJECTED = "rejected", "Suggestion rejected"
        UNLINKED = "unlinked", "Unlinked"
        MARKED = "marked", "Marked"

    account = models.ForeignKey(
        "inventory.Account", models.CASCADE, related_name="words", db_index=False
    )
    said = models.CharField(max_length=9, choices=Said)
    note = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    before = models.JSONField(default=dict)
    can_be_undone = models.BooleanField(default=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="account_word_newest")]


class AddressHolder(models.Model):
    """Somebody has, or once had, an address. Never taken back: addresses are used again."""

    email_key = models.CharField(max_length=320)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email_key", "person"], name="one_holder_per_address")
        ]


class LinkingDomain(models.Model):
    """How a domain delivers mail: what of an address it does not look at."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=253, unique=True)
    ignores_tags = models.BooleanField(default=False)
    ignores_dots = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ignores_tags=True) | Q(ignores_dots=True),
                name="linking_domain_ignores_something",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MergeMove(models.Model):
    """A row that merging two people gave to the one that was kept; unmerging gives it back."""

    class Field(models.TextChoices):
        LINK = "link"
        OWNER = "owner"
        BACKUP_OWNER = "backup_owner"
        SPONSOR = "sponsor"

    merge_ref = models.UUIDField()
    field = models.CharField(max_length=12, choices=Field)
    row_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merge_ref", "field", "row_id"], name="one_move_per_merge"
            )
        ]
