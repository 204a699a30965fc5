"""From a user to the actor that operations and queries know."""

from __future__ import annotations

import getpass
import os
from dataclasses import replace
from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, Subquery

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import neighbours
from tenure.users.models import ApiToken, RoleAssignment, User
from tenure.users.rules import ALL_PERMISSIONS, permissions_of, window_of
from tenure.users.scopes import permissions_in

# Whoever holds a one-time link: the link is the permission, and it is spent by using it.
LINK_HOLDER = Actor("system", "link", "One-time link")
# Whoever tried to sign in and could not.
STRANGER = Actor("system", "stranger", "Somebody not signed in")
# The product itself, for what no human asked for.
TENURE = Actor("system", "tenure", "Tenure")


def local_operator() -> Actor:
    """Whoever has a shell on this machine: may run and repair, but is nobody's second person."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # containers run as numbers that no user has
        name = str(os.getuid())
    return Actor("system", f"cli:{name}", f"cli {name}", permissions=ALL_PERMISSIONS)


def actor_of_user(user: AbstractBaseUser) -> Actor:
    """What this user may do at this moment, and which person they are: one query for both."""
    user = cast("User", user)
    person_refs = neighbours.person_refs_of(user)
    rows = list(
        RoleAssignment.objects.filter(in_force(), user=user).values_list(
            "permission_set",
            "connection_ref",
            "window_from",
            "window_until",
            Subquery(person_refs[:1]),
        )
    )
    person_ref = rows[0][-1] if rows else person_refs.first()
    everywhere, scoped = permissions_of((name, connection) for name, connection, *_ in rows)
    return Actor(
        "user",
        str(user.ref),
        str(user),
        user_id=str(user.ref),
        person_id=str(person_ref) if person_ref else None,
        permissions=everywhere,
        scoped=scoped,
        window=window_of((name, first, last) for name, _, first, last, _ in rows),
    )


def actor_of_token(token: ApiToken) -> Actor:
    """What a token may do at this moment: of what its user may, that which its scopes bring."""
    user, within = actor_of_user(token.user), permissions_in(token.scopes)
    return replace(
        user,
        kind="token",
        id=str(token.ref),
        label=f"{user.label} ({token.name})",
        permissions=user.permissions & within,
        scoped={ref: held & within for ref, held in user.scoped.items()},
    )


def held_anywhere(actor: Actor) -> frozenset[str]:
    """Every permission that somebody holds, if only for one connection."""
    return actor.permissions.union(*actor.scoped.values())


def in_force() -> Q:
    """The role assignments that count at this moment."""
    instant = now()
    return Q(begins_at__lte=instant) & (Q(ends_at=None) | Q(ends_at__gt=instant))
