"""What the provider's own log tells, how far it was read, and which moments it explains."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenure.connections.models import Connection
from tenure.inventory.known_by import KnownBy
from tenure.lib.ids import uuid7


class ProviderEvent(models.Model):
    """Something that happened at the provider, by its log. Inserted by the merge, never changed
    but for the accounts that are found later.

    `type` is the provider's word, `about` and `verb` are ours. `principal_id` is whom it is about,
    by the provider's id, `actor_id` who did it; `account` and `by_account` are theirs as soon as
    the list of users has them. `fact` and `value` say what it made true ("account.role:user-1",
    "owner"); empty where it explains nothing that the lists keep.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    connection = models.ForeignKey(
        Connection, models.PROTECT, related_name="provider_events", db_index=False
    )
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    type = models.CharField(max_length=120)
    about = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=10, blank=True)
    subject_id = models.CharField(max_length=200, blank=True)
    principal_kind = models.CharField(max_length=7, blank=True, db_default="")
    principal_id = models.CharField(max_length=200, blank=True)
    account = models.ForeignKey(
        "inventory.Account", models.PROTECT, null=True, related_name="events", db_index=False
    )
    resource_kind = models.CharField(max_length=20, blank=True)
    resource_id = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    fact = models.CharField(max_length=620, blank=True)
    value = models.CharField(max_length=300, blank=True)
    actor_kind = models.CharField(max_length=20, blank=True)
    actor_id = models.CharField(max_length=200, blank=True)
    actor_email = models.CharField(max_length=320, blank=True)
    by_account = models.ForeignKey(
        "inventory.Account", models.PROTECT, null=True, related_name="acts", db_index=False
    )
    key_id = models.CharField(max_length=200, blank=True)
    # As received, so with addresses of e-mail and of the network in it.
    raw = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="one_event_per_external_id"
            )
        ]
        indexes = [
            models.Index(fields=["connection", "-at", "-id"], name="event_newest"),
            models.Index(fields=["account", "-at", "-id"], name="event_of_account"),
            models.Index(
                fields=["connection", "fact", "at"],
                condition=~Q(fact=""),
                name="event_by_fact",
            ),
            models.Index(
                fields=["connection", "resource_id", "-at"],
                condition=~Q(resource_id=""),
                name="event_in_resource",
            ),
            # When somebody signed in last.
            models.Index(
                fields=["account", "at"],
                condition=Q(about="login", verb="succeeded"),
                name="login_of_account",
            ),
            models.Index(
                fields=["connection", "principal_id"],
                condition=Q(account=None) & ~Q(principal_id=""),
                name="event_of_a_stranger",
            ),
            models.Index(
                fields=["connection", "actor_id"],
                condition=Q(by_account=None) & ~Q(actor_id=""),
                name="event_by_a_stranger",
            ),
        ]


class ProviderLog(models.Model):
    """How far the log of one connection was read: all from `read_from` until `read_until`, but for
    its gaps.

    The log of the members of groups is one of its own, and the same of it is `members_from` and
    `members_until`: of that nothing before a break is known.
    `reason` is a sentence, empty while nothing is wrong. `asked_at` is when it was last asked.
    Since `unexplained_from` the lists have moments that the log has not been held against, as it
    was `noted_at`.
    """

    class State(models.TextChoices):
        UNKNOWN = "unknown", "Not asked yet"
        ON = "on", "On"
        OFF = "off", "Off"
        NO_SCOPE = "no_scope", "Not for this key"

    connection = models.OneToOneField(
        Connection, models.CASCADE, primary_key=True, related_name="provider_log"
    )
    state = models.CharField(max_length=8, choices=State, default=State.UNKNOWN)
    state_changed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True)
    read_from = models.DateTimeField(null=True)
    read_until = models.DateTimeField(null=True)
    members_from = models.DateTimeField(null=True)
    members_until = models.DateTimeField(null=True)
    unexplained_from = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)
    # Records that no reading could make sense of.
    unreadable = models.PositiveIntegerField(default=0)


class LogGap(models.Model):
    """A time whose events were not read, or not all of them; filled when there are requests for it.

    Of what is listed newest first, the rest of an interrupted reading is such a time. `place` is
    where its reading stands: more may have happened at `until` than one page holds.
    """

    log = models.ForeignKey(ProviderLog, models.CASCADE, related_name="gaps")
    since = models.DateTimeField()
    until = models.DateTimeField()
    place = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="gaps_go_on")
        ]


class Explanation(models.Model):
    """A moment of the history that one event of the log explains: by whom, and perhaps when.

    `moment` names the sort of moment (merge.explanations), `row_id` the row of its table. `read_*`
    are what the lists alone say, to go back to when a later event makes it doubtful.
    """

    moment = models.CharField(max_length=24)
    row_id = models.BigIntegerField()
    event = models.ForeignKey(ProviderEvent, models.CASCADE, related_name="explains")
    read_not_before = models.DateTimeField(null=True)
    read_at = models.DateTimeField()
    read_known_by = models.CharField(max_length=13, choices=KnownBy)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["moment", "row_id"], name="one_explanation_per_moment")
        ]
