"""The directory of humans: who they are, what each source says, and when their tenure ends."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from tenure.lib.ids import uuid7


class PeopleSource(models.Model):
    """Where people come from. A higher precedence wins, field by field.

    Whom an authoritative one leaves out is no longer listed, whatever is said of the reading.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "CSV import"
        SCIM = "scim", "SCIM"
        MANUAL = "manual", "By hand"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=100, unique=True)
    precedence = models.PositiveSmallIntegerField()
    expected_days = models.PositiveSmallIntegerField()
    is_authoritative = models.BooleanField(default=False)
    last_read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human in the directory.

    `begins_at` and `ends_at` are the instants that follow from the dates and the time zone; the
    state is computed from them at the moment of asking and is therefore never stale. Everything
    else is what the sources say, by precedence; `left_at` is a human's word and stands above them;
    where the word was a day, `left_on`, it follows from that day in the person's time zone.

    Somebody who was merged into another person keeps their records and gives up their addresses:
    sources may go on speaking of both, and the merge can be undone.
    """

    class Kind(models.TextChoices):
        EMPLOYEE = "employee"
        CONTRACTOR = "contractor"
        OTHER = "other"

    class State(models.TextChoices):
        UPCOMING = "upcoming", "Upcoming"
        CURRENT = "current", "Current"
        ON_LEAVE = "on_leave", "On leave"
        INACTIVE = "inactive", "Inactive"
        FORMER = "former", "Former"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=320, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EMPLOYEE)
    title = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    manager_email_key = models.CharField(max_length=320, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    end_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_on_leave = models.BooleanField(default=False)
    is_disabled = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True)
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    left_on = models.DateField(null=True)
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=500, blank=True)
    left_by = models.CharField(max_length=100, blank=True)
    left_said_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="person"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"], condition=~Q(email_key=""), name="person_email_once"
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="person_external_id_once"
            ),
            models.CheckConstraint(
                condition=~Q(email_key="", external_id="") | Q(merged_into__isnull=False),
                name="person_can_be_recognised",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(email_key="", external_id=""),
                name="merged_person_holds_no_address",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | ~Q(left_reason=""), name="leaving_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="person_name"),
            # All that a state is made of, so that counting looks at no person.
            models.Index(
                fields=[
                    *("ends_at", "begins_at", "is_disabled", "is_listed", "is_on_leave"),
                    "merged_into",
                ],
                name="person_state",
            ),
            models.Index(Upper("department"), "id", name="person_department"),
            models.Index(fields=["manager_email_key", "id"], name="person_manager"),
            # Few are in these states.
            models.Index(fields=["begins_at"], name="person_begins_at"),
            models.Index(
                fields=["name", "id"], condition=Q(is_on_leave=True), name="person_on_leave"
            ),
            models.Index(
                fields=["name", "id"],
                condition=Q(is_disabled=True) | Q(is_listed=False),
                name="person_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id


class PersonEmail(models.Model):
    """Another address of a person, by which their accounts may be found too."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="other_emails")
    email = models.CharField(max_length=320)
    email_key = models.CharField(max_length=320, unique=True)


class PersonRecord(models.Model):
    """What one source last said of one person, and when it was read.

    `said_at` has the columns that the last reading lacked, with the instant they were last said.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="records")
    source = models.ForeignKey(PeopleSource, models.PROTECT, related_name="records")
    values = models.JSONField(default=dict)
    said_at = models.JSONField(default=dict)
    is_listed = models.BooleanField(default=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "source"], name="one_record_per_source")
        ]


class PeopleImport(models.Model):
    """One reading of one source: the counts, and the lines that were rejected with their reason.

    `ended` of the updated and no longer listed lost their standing by it.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    source = models.ForeignKey(PeopleSource, models.PROTECT, related_name="imports")
    at = models.DateTimeField()
    is_full = models.BooleanField(default=False)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    no_longer_listed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list)
    notes = models.JSONField(default=list)


class PersonChange(models.Model):
    """One field of a person became different: what it was, what it is, and who said so."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=40)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=120)
    at = models.DateTimeField()


class PersonMerge(models.Model):
    """Two entries of the directory are one human: `merged` became part of `kept`.

    `counts` says whose dates and status hold from then on. `before` is what undoing needs: the
    columns that the kept person had, and what the merged one gave up.
    """

    class Counts(models.TextChoices):
        BOTH = "both", "Both"
        KEPT = "kept", "The one that is kept"
        MERGED = "merged", "The one that becomes part of it"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="merged_by")
    counts = models.CharField(max_length=6, choices=Counts)
    before = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    reason = models.CharField(max_length=500, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="merged_once"
            )
        ]


class Delegation(models.Model):
    """Somebody decides in another's place, from the first day to the last, both included."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="delegations")
    to = models.ForeignKey(Person, models.CASCADE, related_name="delegated")
    from_day = models.DateField()
    until_day = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=models.F("to")), name="delegation_is_to_another"
            ),
            models.CheckConstraint(
                condition=Q(until_day__gte=models.F("from_day")), name="delegation_has_days"
            ),
        ]
