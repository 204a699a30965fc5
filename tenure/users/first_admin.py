"""One-time links for the local operator: `tenure serve` and `tenure demo` print them."""

from __future__ import annotations

from tenure.users import queries
from tenure.users.actors import local_operator
from tenure.users.models import User
from tenure.users.operations.issue_first_admin_link import (
    issue_first_admin_link as issue_first_admin,
)
from tenure.users.operations.issue_sign_in_link import issue_sign_in_link


def first_admin_link() -> str | None:
    """The address that makes the first admin, good for 60 minutes; None once there is one.

    Every call voids the address before.
    """
    operator = local_operator()
    return None if queries.has_admin(actor=operator) else issue_first_admin(actor=operator)


def sign_in_link(user: User, *, minutes: int = 60) -> str:
    """The address that signs this user in, once."""
    return issue_sign_in_link(user_ref=user.ref, minutes=minutes, actor=local_operator())
