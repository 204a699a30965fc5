from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.users import queries, sessions
from tenure.users.models import User


@transaction.atomic
def revoke_session(*, session_ref: str, actor: Actor) -> User:
    """Sign oneself out elsewhere; `session_ref` names the session without giving its key away."""
    user = queries.user_to_change(actor.id, actor=actor)
    sessions.end_one(user, session_ref)
    audit.record("session.revoked", actor=actor, subject=user, session=session_ref)
    return user
