from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.users import links, queries, rules, sessions, tokens
from tenure.users.models import User


@transaction.atomic
def deactivate_user(*, user_ref: UUID, actor: Actor) -> User:
    """Shut a user out at once, in every session, link and token; what they did keeps their name."""
    actor.require("users.manage")
    admins = queries.admins_to_keep(actor=actor)
    user = queries.user_to_change(user_ref, actor=actor)
    if not user.is_active:
        raise Conflict("This user is already shut out; reload the page.")
    rules.check_admin_remains(
        is_admin_everywhere=user.pk in {admin.user_id for admin in admins},
        other_admins=len([admin for admin in admins if admin.user_id != user.pk]),
    )
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended, revoked = sessions.end_all(user), tokens.revoke_all(user)
    links.void(links.Kind.SIGN_IN, user=user)
    audit.record(
        "user.deactivated",
        actor=actor,
        subject=user,
        text={"email": user.email},
        sessions=ended,
        tokens=revoked,
    )
    return user
