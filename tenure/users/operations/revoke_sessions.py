from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.users import queries, sessions
from tenure.users.models import User


@transaction.atomic
def revoke_sessions(*, user_ref: UUID, keep: str = "", actor: Actor) -> User:
    """Sign a user out everywhere: oneself, except in the session `keep`, or another as an admin."""
    if str(user_ref) != actor.id:
        actor.require("users.manage")
    user = queries.user_to_change(user_ref, actor=actor)
    ended = sessions.end_all(user, keep=keep)
    audit.record(
        "sessions.revoked", actor=actor, subject=user, text={"email": user.email}, sessions=ended
    )
    return user
