from __future__ import annotations

from django.db import transaction

from tenure.lib.actor import Actor
from tenure.users import queries
from tenure.users.models import UserInvitation
from tenure.users.operations.invite_user import invite_user
from tenure.users.rules import EMPLOYEE


@transaction.atomic
def invite_for_work(*, email: str, actor: Actor) -> UserInvitation | None:
    """Invite somebody who is asked to decide or do something, as an employee.

    None for whoever may sign in, was invited already, or was shut out by an admin.
    """
    actor.require("users.manage")
    if queries.is_known(email, actor=actor):
        return None
    return invite_user(email=email, permission_set=EMPLOYEE, actor=actor)
