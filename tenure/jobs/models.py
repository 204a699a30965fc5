"""The ledger of background work, and the clockwork that adds to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tenure.lib.clock import now
from tenure.lib.ids import uuid7

KEY_LENGTH = 200


class Job(models.Model):
    """One piece of work: what to call with what, when, and how far it got.

    queued -> running -> done
                      -> queued   (to be tried again, not before `run_after`)
                      -> failed   (tried `max_attempts` times, or refused)
                      -> cancelled (a waiting job with the same key does the same work)
    A running job whose lease has passed is claimed again, with a higher fence.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    task = models.CharField(max_length=200)
    arguments = models.JSONField()
    queue = models.CharField(max_length=16)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(default=now)
    key = models.CharField(max_length=KEY_LENGTH, blank=True)
    lock = models.CharField(max_length=KEY_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    result = models.JSONField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    enqueued_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state="queued") & ~Q(key=""), name="one_waiting_per_key"
            ),
            models.UniqueConstraint(
                fields=["lock"],
                condition=Q(state="running") & ~Q(lock=""),
                name="one_running_per_lock",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="a_lease_while_running",
            ),
        ]
        # Each serves one question and holds only the rows that can answer it.
        indexes = [
            models.Index(
                "queue",
                F("priority").desc(),
                "run_after",
                "id",
                condition=Q(state="queued"),
                name="jobs_waiting",
            ),
            models.Index("lease_until", condition=Q(state="running"), name="jobs_leased"),
            models.Index(
                "finished_at", condition=Q(finished_at__isnull=False), name="jobs_finished"
            ),
        ]


class Schedule(models.Model):
    """When a schedule that some `tasks.py` declares is next due."""

    name = models.CharField(max_length=100, unique=True)
    next_at = models.DateTimeField(default=now)
