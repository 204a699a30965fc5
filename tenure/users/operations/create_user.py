from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.users import writing
from tenure.users.models import User


@transaction.atomic
def create_user(*, email: str, name: str, password: str | None = None, actor: Actor) -> User:
    """Let somebody in. Without a password they set one by mail, or get a sign-in link."""
    actor.require("users.manage")
    user = writing.new_user(email=email, name=name, password=password)
    audit.record("user.created", actor=actor, subject=user, text={"email": user.email})
    return user
