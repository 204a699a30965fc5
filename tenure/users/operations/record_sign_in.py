from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.users import queries
from tenure.users.models import User


@transaction.atomic
def record_sign_in(*, user_ref: UUID, method: str, address: str, actor: Actor) -> User:
    """Note that a session has begun, how, and from where."""
    user = queries.user_to_change(user_ref, actor=actor)
    audit.record(
        "user.signed_in", actor=actor, subject=user, text={"address": address}, method=method
    )
    return user
