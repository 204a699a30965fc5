"""The writes that several operations share. They audit nothing: their caller does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from tenure.lib.errors import Conflict, Invalid
from tenure.lib.text import fold_email
from tenure.users import rules
from tenure.users.models import RoleAssignment, User, UserInvitation


def new_user(*, email: str, name: str, password: str | None) -> User:
    """A user with this password, or with none that works."""
    user = User(email=checked_email(email), name=name.strip())
    user.clean()
    if password is None:
        user.set_unusable_password()
    else:
        set_password(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(f"{email} may sign in already; assign the permission set there.") from error
    return user


def set_password(user: User, password: str) -> None:
    """Hash the password, or say in one sentence what is wrong with it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error
    user.set_password(password)


def checked_email(email: str) -> str:
    """The address without the spaces around it."""
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("Enter an e-mail address like ada@company.example.", field="email") from error
    return address


def new_assignment(
    *,
    user: User,
    permission_set: str,
    begins_at: datetime,
    granted_by: str,
    connection_ref: str = "",
    ends_at: datetime | None = None,
    window_from: date | None = None,
    window_until: date | None = None,
) -> RoleAssignment:
    """A role assignment that keeps the rules; the same open one twice is a Conflict."""
    rules.check_assignment(
        permission_set=permission_set,
        connection_ref=connection_ref,
        begins_at=begins_at,
        ends_at=ends_at,
        window_from=window_from,
        window_until=window_until,
    )
    try:
        with transaction.atomic():
            return RoleAssignment.objects.create(
                user=user,
                permission_set=permission_set,
                connection_ref=connection_ref,
                begins_at=begins_at,
                ends_at=ends_at,
                window_from=window_from,
                window_until=window_until,
                granted_by=granted_by,
            )
    except IntegrityError as error:
        raise Conflict("They have this permission set already; reload the page.") from error


def new_invitation(*, email: str, **promised: Any) -> UserInvitation:  # noqa: ANN401 - the model's fields
    """A place kept for this address; a second one at the same moment is a Conflict."""
    try:
        with transaction.atomic():
            return UserInvitation.objects.create(
                email=checked_email(email), email_key=fold_email(email), **promised
            )
    except IntegrityError as error:
        raise Conflict(f"{email} was invited already; send that invitation again.") from error


def told(given: RoleAssignment | UserInvitation) -> dict[str, str | None]:
    """What an audit line tells of a permission set given or promised."""
    return {
        "permission_set": given.permission_set,
        "connection_ref": given.connection_ref or None,
        "ends_at": given.ends_at.isoformat() if given.ends_at else None,
        "window_from": given.window_from.isoformat() if given.window_from else None,
        "window_until": given.window_until.isoformat() if given.window_until else None,
    }
