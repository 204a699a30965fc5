"""On which days this organization works."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.lib.ids import uuid7


def monday_to_friday() -> list[int]:
    """The working days of whoever has not said otherwise."""
    return [0, 1, 2, 3, 4]


class OrganizationCalendar(models.Model):
    """Where the organization's days begin, and which of the week it works. There is one.

    `working_days` are numbers from Monday, 0. `holidays_until` is how far the uploaded file was
    read: what repeats for ever is not known beyond it.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    zone = models.CharField(max_length=64)
    working_days = models.JSONField(default=monday_to_friday)
    holidays_file = models.CharField(max_length=200, blank=True)
    holidays_until = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_organization_calendar")]


class Holiday(models.Model):
    """A day off, once: what recurs is written out."""

    class Origin(models.TextChoices):
        HAND = "hand", "By hand"
        FILE = "file", "From a file"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    on = models.DateField(unique=True)
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=4, choices=Origin)
