from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.users import links, queries, rules, writing
from tenure.users.models import User


@transaction.atomic
def create_first_admin(*, token: str, email: str, name: str, password: str, actor: Actor) -> User:
    """Become the first admin. The link is the permission, and only while there is no admin."""
    links.spend(links.Kind.FIRST_ADMIN, token)
    if queries.has_admin(actor=actor):
        raise Conflict("There is an admin already; ask them for an invitation.")
    user = writing.new_user(email=email, name=name, password=password)
    assignment = writing.new_assignment(
        user=user, permission_set=rules.ADMIN, begins_at=now(), granted_by=actor.id
    )
    audit.record(
        "user.made_first_admin",
        actor=actor,
        subject=user,
        text={"email": user.email},
        **writing.told(assignment),
    )
    return user
