"""The cast: seven people whom every test knows.

ada is the admin, mara the access manager, sid the system owner, rita the reviewer, hugo the
employee who holds access, aud the auditor, and oscar the outsider without any assignment.
"""

from __future__ import annotations

import datetime as dt
from uuid import NAMESPACE_URL, UUID, uuid5

from tenure.lib.actor import Actor
from tenure.users import rules
from tenure.users.models import RoleAssignment, User

CAST: dict[str, tuple[str, str]] = {
    "ada": ("Ada Lindqvist", rules.ADMIN),
    "mara": ("Mara Okafor", rules.ACCESS_MANAGER),
    "sid": ("Sid Brandt", rules.SYSTEM_OWNER),
    "rita": ("Rita Novak", rules.REVIEWER),
    "hugo": ("Hugo Castell", rules.EMPLOYEE),
    "aud": ("Aud Nilsen", rules.AUDITOR),
    "oscar": ("Oscar Weil", ""),
}
PASSWORD = "correct horse battery staple"  # noqa: S105 - the cast's, in throw-away databases only
# The refs of two connections that exist only by name.
HERE, THERE = "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa", "019bbbbb-bbbb-7bbb-8bbb-bbbbbbbbbbbb"
# Wide: tests that are about the window bring their own.
WINDOW = (dt.date(2020, 1, 1), dt.date(2099, 12, 31))


def ref_of(name: str) -> UUID:
    """The same ref in every test, so that pure actors and database users are one."""
    return uuid5(NAMESPACE_URL, f"cast:{name}")


def email_of(name: str) -> str:
    return f"{name}@halden.example"


def actor_of(
    name: str,
    *,
    connection: str = "",
    person_id: str | None = None,
    window: tuple[dt.date, dt.date] = WINDOW,
) -> Actor:
    """The actor as the middleware would make it; `connection` narrows the assignment to one."""
    full_name, permission_set = CAST[name]
    everywhere, scoped = rules.permissions_of([(permission_set, connection)])
    return Actor(
        "user",
        str(ref_of(name)),
        full_name,
        user_id=str(ref_of(name)),
        person_id=person_id,
        permissions=everywhere,
        scoped=scoped,
        window=rules.window_of([(permission_set, *_days(permission_set, window))]),
    )


def user_of(name: str, *, connection: str = "", window: tuple[dt.date, dt.date] = WINDOW) -> User:
    """The database user with the assignment; made on first use."""
    full_name, permission_set = CAST[name]
    user = User.objects.filter(ref=ref_of(name)).first()
    if user is None:
        user = User(ref=ref_of(name), email=email_of(name), name=full_name)
        user.clean()
        user.set_password(PASSWORD)
        user.save()
    if permission_set:
        from_day, until_day = _days(permission_set, window)
        RoleAssignment.objects.get_or_create(
            user=user,
            permission_set=permission_set,
            connection_ref=connection,
            ends_at=None,
            defaults={
                "window_from": from_day,
                "window_until": until_day,
                "granted_by": "system",
            },
        )
    return user


def _days(
    permission_set: str, window: tuple[dt.date, dt.date]
) -> tuple[dt.date, dt.date] | tuple[None, None]:
    return window if permission_set == rules.AUDITOR else (None, None)
