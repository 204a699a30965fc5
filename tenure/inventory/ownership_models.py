"""Who answers for an account that is not simply one person's own."""

from __future__ import annotations

from django.db import models

from tenure.people.models import Person


class Ownership(models.Model):
    """What the kind of an account asks for, as somebody said it.

    external     sponsor, until (the last day)
    service      owner, backup_owner, purpose, and if somebody said it review_on (the last day
                 until which that need not be said again)
    shared       owner, reason
    break glass  owner, reason (whatever the kind)
    """

    account = models.OneToOneField(
        "inventory.Account", models.CASCADE, primary_key=True, related_name="ownership"
    )
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="owns")
    backup_owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="backs_up")
    sponsor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="sponsors")
    purpose = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    until = models.DateField(null=True)
    review_on = models.DateField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100)
