from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.users import queries
from tenure.users.models import User


@transaction.atomic
def record_refused_confirmation(*, user_ref: UUID, address: str, actor: Actor) -> User:
    """Note that whoever has this session could not prove again that it is theirs."""
    user = queries.user_to_change(user_ref, actor=actor)
    audit.record("confirmation.refused", actor=actor, subject=user, text={"address": address})
    return user
