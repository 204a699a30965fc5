"""A way in for those who are asked to decide or do something and never signed in before.

Reviewers, approvers and assignees are people of the directory; whoever asks them need not be
allowed to invite users. So the asking only says so, and a job invites, as an employee.
"""

from __future__ import annotations

from collections.abc import Iterable

from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.text import fold_email
from tenure.users import queries
from tenure.users.models import User, UserInvitation
from tenure.users.operations.invite_user import invite_user
from tenure.users.rules import EMPLOYEE

WORK_ASKED = "users.work_asked"


def let_in(emails: Iterable[str]) -> None:
    """Have those invited who cannot sign in yet. In the transaction of what they are asked."""
    asked = {fold_email(email): email for email in emails if email}
    known = User.objects.filter(email_key__in=asked).values_list("email_key", flat=True)
    for key in sorted(set(asked) - set(known)):
        announce(WORK_ASKED, email=asked[key])


def invite_for_work(email: str, *, actor: Actor) -> UserInvitation | None:
    """None for whoever may sign in, was invited already, or was shut out by an admin."""
    if queries.is_known(email, actor=actor):
        return None
    return invite_user(email=email, permission_set=EMPLOYEE, actor=actor)
