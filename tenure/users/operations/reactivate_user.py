from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.users import queries
from tenure.users.models import User


@transaction.atomic
def reactivate_user(*, user_ref: UUID, actor: Actor) -> User:
    """Let a user in again who was shut out, with the permission sets they still have."""
    actor.require("users.manage")
    user = queries.user_to_change(user_ref, actor=actor)
    if user.is_active:
        raise Conflict("This user may sign in already; reload the page.")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("user.reactivated", actor=actor, subject=user, text={"email": user.email})
    return user
