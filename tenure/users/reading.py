"""Who stands behind an address, and who may do something: asked by those who tell people things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from tenure.notifications.neighbours import Reader
from tenure.users.actors import in_force
from tenure.users.models import RoleAssignment, User
from tenure.users.neighbours import users_who_left
from tenure.users.rules import PERMISSION_SETS


@dataclass(frozen=True, slots=True)
class Holder:
    """A user who holds a permission: everywhere, or for one connection."""

    email: str
    connection_ref: str


def readers_of(address_keys: Collection[str]) -> dict[str, Reader]:
    """Folded address -> user, with the permission sets in force.

    Who was shut out, or is a person who may not hold access any more, is not active.
    """
    rows = User.objects.filter(email_key__in=address_keys)
    gone = set(users_who_left().filter(pk__in=rows).values_list("pk", flat=True))
    sets = defaultdict[int, set[str]](set)
    held = RoleAssignment.objects.filter(in_force(), user__in=rows)
    for user_id, name in held.values_list("user_id", "permission_set"):
        sets[user_id].add(name)
    return {
        user.email_key: Reader(
            user.ref, frozenset(sets[user.pk]), is_active=user.is_active and user.pk not in gone
        )
        for user in rows
    }


def permission_sets_of(user_ref: UUID | str) -> frozenset[str]:
    held = RoleAssignment.objects.filter(in_force(), user__ref=user_ref)
    return frozenset(held.values_list("permission_set", flat=True))


def holders_of(permission: str) -> list[Holder]:
    """Active users who hold a permission at this moment, by address."""
    names = [name for name, held in PERMISSION_SETS.items() if permission in held]
    held = RoleAssignment.objects.filter(
        in_force(), permission_set__in=names, user__is_active=True
    ).order_by("user__email_key", "connection_ref")
    return [Holder(*row) for row in held.values_list("user__email", "connection_ref").distinct()]
