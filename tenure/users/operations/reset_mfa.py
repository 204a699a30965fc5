from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.notifications.operations.send_mail import send_mail
from tenure.users import queries, sessions
from tenure.users.models import User


@transaction.atomic
def reset_mfa(*, user_ref: UUID, actor: Actor) -> User:
    """Remove every second factor of a user who lost theirs, end their sessions and tell them."""
    actor.require("users.manage")
    user = queries.user_to_change(user_ref, actor=actor)
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed == 0:
        raise Conflict("This user has no second factor; there is nothing to reset.")
    ended = sessions.end_all(user)
    send_mail(
        to=user.email,
        kind="mfa_reset",
        fields={
            "admin": actor.label,
            "url": f"{settings.TENURE_PUBLIC_URL}{reverse('account_login')}",
        },
        actor=actor,
    )
    audit.record(
        "user.mfa_reset",
        actor=actor,
        subject=user,
        text={"email": user.email},
        factors=removed,
        sessions=ended,
    )
    return user
