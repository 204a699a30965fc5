"""What may be asked for, and who says yes to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.inventory.models import Resource
from tenure.lib.ids import uuid7
from tenure.people.models import Person


class ApproverGroup(models.Model):
    """People who approve for one another, by a name of ours."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    people = models.ManyToManyField(Person, related_name="approver_groups")

    def __str__(self) -> str:
        return self.name


class ApprovalPolicy(models.Model):
    """Who approves what it is chosen for. `rules` is a policy_rules.Policy.

    One is the default of all that names none. `version` grows with each change: a request keeps
    what was true when it was sent.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    rules = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    # Whom a step that nobody answered in time is shown to, besides those who were asked.
    escalates_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_policy"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueEntry(models.Model):
    """What somebody decided about one thing that can be asked for.

    A thing is a resource with a role; of a group, which has none, `role` is empty. Without an entry
    it is offered as `offering_rules` has it: to everybody, unless it is privileged.
    """

    class Listing(models.TextChoices):
        DEFAULT = "default", "As its kind is"
        LISTED = "listed", "Listed"
        HIDDEN = "hidden", "Hidden"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="catalogue_entries")
    role = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    listing = models.CharField(max_length=7, choices=Listing, default=Listing.DEFAULT)
    why_hidden = models.CharField(max_length=300, blank=True)
    # Who may ask for it, by department and by kind of person; empty means everybody.
    departments = models.JSONField(default=list)
    person_kinds = models.JSONField(default=list)
    # Days that are offered; and the most that may be asked for: None means also without an end.
    durations = models.JSONField(default=list)
    most_days = models.PositiveSmallIntegerField(null=True)
    needs_reason = models.BooleanField(default=True)
    policy = models.ForeignKey(ApprovalPolicy, models.PROTECT, null=True, related_name="entries")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "role"], name="one_entry_per_thing"),
            models.CheckConstraint(
                condition=~Q(listing="hidden") | ~Q(why_hidden=""), name="hidden_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.resource)
