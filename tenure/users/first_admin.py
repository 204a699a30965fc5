"""One-time links for the local operator: `tenure serve` and `tenure demo` print them."""

from __future__ import annotations

import getpass

from tenure.lib.actor import Actor
from tenure.users import queries
from tenure.users.models import User
from tenure.users.operations.issue_first_admin_link import (
    issue_first_admin_link as issue_first_admin,
)
from tenure.users.operations.issue_sign_in_link import issue_sign_in_link
from tenure.users.rules import ALL_PERMISSIONS


def first_admin_link() -> str | None:
    """The address that makes the first admin, good for 60 minutes; None once there is one.

    Every call voids the address before.
    """
    operator = _operator()
    return None if queries.has_admin(actor=operator) else issue_first_admin(actor=operator)


def sign_in_link(user: User, *, minutes: int = 60) -> str:
    """The address that signs this user in, once."""
    return issue_sign_in_link(user_ref=user.ref, minutes=minutes, actor=_operator())


def _operator() -> Actor:
    name = getpass.getuser()
    return Actor("system", f"cli:{name}", f"cli {name}", permissions=ALL_PERMISSIONS)
