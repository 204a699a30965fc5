"""The reading itself: which run read which list how far, and how fresh each list is."""

from __future__ import annotations

import os

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.lib.ids import uuid7


class SyncRun(models.Model):
    """One attempt to read a whole connection, collection by collection.

    A held run was stopped by the brake; a person may release it, which starts another run that
    `releases` this one.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        COMPLETE = "complete", "Complete"
        PARTIAL = "partial", "Partial"
        HELD = "held", "Held"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    class Trigger(models.TextChoices):
        FIRST = "first", "connecting"
        SCHEDULE = "schedule", "the schedule"
        MANUAL = "manual", "hand"
        CHANGE = "change", "a change"
        RELEASE = "release", "a release"
        LOG = "log", "the provider's log"

    OPEN = (Status.QUEUED, Status.RUNNING)

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    trigger = models.CharField(max_length=12, choices=Trigger, default=Trigger.MANUAL)
    releases = models.ForeignKey("self", models.PROTECT, null=True, related_name="released_in")
    reason = models.CharField(max_length=500, blank=True)
    # Keys of the only lists it reads; empty for all of them.
    only = models.JSONField(default=list)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    # The plan, as it was made; None while the budget is off.
    planned_requests = models.PositiveIntegerField(default=0)
    planned_seconds = models.FloatField(null=True)
    # When the lists of the identity tier were read. From then on the next sync need not wait.
    identity_at = models.DateTimeField(null=True)
    # Why the next sync is wanted already, if it is: what has not been begun is left to it.
    next_trigger = models.CharField(max_length=12, choices=Trigger, blank=True)
    # Nothing can be asked for before then.
    waits_until = models.DateTimeField(null=True)
    # By kind, the lists of the detail tier that this run had no requests for.
    left = models.JSONField(default=dict)
    # By kind, what was counted of quiet lists whose own rows are forgotten by now.
    forgotten = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(status__in=["queued", "running"]),
                name="one_open_run_per_connection",
            )
        ]
        indexes = [models.Index(fields=["connection", "-id"], name="sync_run_newest")]


def new_salt() -> bytes:
    """What keeps fingerprints from being guessed, and so from being matched on purpose."""
    return os.urandom(16)


class Collection(models.Model):
    """One list of one connection, with its own freshness.

    `resource` is whose list it is, for lists below a resource; `principal_id`, the provider's id of
    who holds what it lists, for lists of what one principal holds. `misses` counts the readings in
    a row that did not end complete; `liveliness` says how much the last readings found changed.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="collections")
    key = models.CharField(max_length=450)
    kind = models.CharField(max_length=40)
    resource = models.ForeignKey(
        "inventory.Resource", models.CASCADE, null=True, related_name="collections"
    )
    principal_id = models.CharField(max_length=200, blank=True, db_default="")
    salt = models.BinaryField(default=new_salt)
    state = models.CharField(max_length=12, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)
    liveliness = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    active_rows = models.PositiveIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    # The last complete reading: what was absent then was absent at some moment after its beginning.
    complete_from = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="one_collection_per_key")
        ]


class SyncCollection(models.Model):
    """What one run did with one collection.

    The counts reconcile: received = stored + repeated + set aside, stored = added + changed +
    unchanged. `expected` is how many rows the last complete reading had. `remarks` are
    {"at", "text"} in the order in which they happened. `digest` is a SHA-256 over those of its
    pages as they were sent, in their order: each one of what came before and of the page's.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Reading"
        COMPLETE = "complete", "Complete"
        INCOMPLETE = "incomplete", "Incomplete"
        UNAVAILABLE = "unavailable", "Unavailable"
        SKIPPED = "skipped", "Skipped"

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="collections")
    key = models.CharField(max_length=450)
    kind = models.CharField(max_length=40)
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="readings")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    remarks = models.JSONField(default=list)
    # Where to go on after a pause or a crash: connectors.base.Place as JSON; empty at the start.
    place = models.JSONField(default=dict)
    failure = models.CharField(max_length=24, blank=True)
    pages = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, db_default="")
    received = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(null=True)
    repeated = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    would_end = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="collection_once_per_run")
        ]


class SyncMark(models.Model):
    """What an unfinished reading has seen: a stretch of fingerprints, eight bytes each.

    With them a reading goes on in another process and still knows at its end what is missing.
    """

    reading = models.ForeignKey(SyncCollection, models.CASCADE, related_name="marks")
    fingerprints = models.BinaryField()


class HeldEnding(models.Model):
    """A row that a held run did not find and did not end either; kept for the newest such run."""

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="held_endings")
    key = models.CharField(max_length=450)
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key", "external_id"], name="held_once_per_run")
        ]
