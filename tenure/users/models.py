"""Who may sign in, what they may do where and until when, and the links that let them in once."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from tenure.lib.clock import now
from tenure.lib.ids import uuid7
from tenure.lib.text import fold_email
from tenure.users import rules


class PermissionSet(models.TextChoices):
    ADMIN = rules.ADMIN, "Admin"
    ACCESS_MANAGER = rules.ACCESS_MANAGER, "Access manager"
    SYSTEM_OWNER = rules.SYSTEM_OWNER, "System owner"
    REVIEWER = rules.REVIEWER, "Reviewer"
    EMPLOYEE = rules.EMPLOYEE, "Employee"
    AUDITOR = rules.AUDITOR, "Auditor"


class Theme(models.TextChoices):
    AUTO = "auto", "Like my system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email_key=fold_email(username))


class User(AbstractBaseUser):
    """Somebody who may sign in. Being a person with access to a vendor is something else.

    `leased` counts the requests of `minute` that processes have taken for themselves, to answer the
    user's tokens.
    """

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=320, editable=False)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField(default=now, editable=False)
    minute = models.DateTimeField(null=True, editable=False)
    leased = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email_key"], name="user_email_once"),
            models.CheckConstraint(name="user_has_email", condition=~Q(email_key="")),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email_key = fold_email(self.email)

    def get_full_name(self) -> str:
        return str(self)


class RoleAssignment(models.Model):
    """One permission set for one user: everywhere or for one connection, from, until."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="role_assignments")
    permission_set = models.CharField(max_length=20, choices=PermissionSet)
    # Text and not a foreign key: connections stand above users. Empty means everywhere.
    connection_ref = models.CharField(max_length=36, blank=True)
    begins_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)
    # The observation window of an auditor, both days included.
    window_from = models.DateField(null=True, blank=True)
    window_until = models.DateField(null=True, blank=True)
    granted_by = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_assignment_ends_after_it_begins",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("begins_at")),
            ),
            models.CheckConstraint(
                name="role_assignment_window_is_an_auditors",
                condition=(
                    Q(
                        permission_set=rules.AUDITOR,
                        # Said, because a comparison with nothing is no refusal to a database.
                        window_from__isnull=False,
                        window_until__isnull=False,
                        window_from__lte=F("window_until"),
                    )
                    | (
                        ~Q(permission_set=rules.AUDITOR)
                        & Q(window_from__isnull=True, window_until__isnull=True)
                    )
                ),
            ),
            models.UniqueConstraint(
                name="role_assignment_open_once",
                fields=["user", "permission_set", "connection_ref"],
                condition=Q(ends_at=None),
            ),
        ]


class UserInvitation(models.Model):
    """A place kept for somebody who has not signed in yet."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=320)
    permission_set = models.CharField(max_length=20, choices=PermissionSet)
    connection_ref = models.CharField(max_length=36, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    window_from = models.DateField(null=True, blank=True)
    window_until = models.DateField(null=True, blank=True)
    invited_by = models.CharField(max_length=128)
    invited_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="user_invitation_pending_once",
                fields=["email_key"],
                condition=Q(state="pending"),
            ),
            models.CheckConstraint(
                name="user_invitation_accepted_by_a_user",
                condition=Q(state="accepted", user__isnull=False)
                | (~Q(state="accepted") & Q(user__isnull=True)),
            ),
        ]


class OneTimeLink(models.Model):
    """A secret address that works once. Only its digest is kept."""

    class Kind(models.TextChoices):
        FIRST_ADMIN = "first_admin", "Create the first admin"
        SIGN_IN = "sign_in", "Sign in"
        INVITATION = "invitation", "Accept an invitation"

    kind = models.CharField(max_length=11, choices=Kind)
    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    invitation = models.ForeignKey(UserInvitation, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    # Used, or replaced by a newer link: either way it opens nothing any more.
    spent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="one_time_link_subject",
                condition=Q(kind="first_admin", user__isnull=True, invitation__isnull=True)
                | Q(kind="sign_in", user__isnull=False, invitation__isnull=True)
                | Q(kind="invitation", user__isnull=True, invitation__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_time_link_first_admin_once",
                fields=["kind"],
                condition=Q(kind="first_admin", spent_at=None),
            ),
            models.UniqueConstraint(
                name="one_time_link_sign_in_once",
                fields=["user"],
                condition=Q(kind="sign_in", spent_at=None),
            ),
            models.UniqueConstraint(
                name="one_time_link_invitation_once",
                fields=["invitation"],
                condition=Q(kind="invitation", spent_at=None),
            ),
        ]


class ApiToken(models.Model):
    """A secret by which a program acts for a user, within scopes. Only its digest is kept."""

    ref = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="api_token_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="api_token_expires_after_it_is_made",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_live(self, at: datetime) -> bool:
        """Whether it still opens anything, as long as its user may sign in."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


class CacheEntry(models.Model):
    """The table of the database cache, which counts attempts: shared by threads, kept by restarts.

    Columns as `manage.py createcachetable` would make them.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField()

    class Meta:
        db_table = "users_cache"
        indexes = [models.Index(fields=["expires"], name="users_cache_expires")]
