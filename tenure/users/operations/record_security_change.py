from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.notifications.operations.send_mail import send_mail
from tenure.users import queries
from tenure.users.models import User

CHANGES = {
    "password_changed": "Your password was changed",
    "password_reset": "Your password was reset by mail",
    "password_set": "A password was set",
    "totp_activated": "An authenticator app was added",
    "totp_deactivated": "Your authenticator app was removed",
    "webauthn_added": "A passkey was added",
    "webauthn_removed": "A passkey was removed",
    "recovery_codes_generated": "New recovery codes were made; the earlier ones are void",
}


@transaction.atomic
def record_security_change(*, user_ref: UUID, change: str, address: str, actor: Actor) -> User:
    """Note that somebody changed how they sign in, and tell them by mail, in case it was another.

    Says what happened in the sign-in library's hands; `change` is one of CHANGES.
    """
    user = queries.user_to_change(user_ref, actor=actor)
    send_mail(
        to=user.email,
        kind="security_change",
        fields={
            "change": CHANGES[change],
            "at": f"{now():%d %B %Y %H:%M} UTC",
            "ip": address,
            "url": f"{settings.TENURE_PUBLIC_URL}{reverse('mfa_index')}",
        },
        actor=actor,
    )
    audit.record(
        "user.security_changed",
        actor=actor,
        subject=user,
        text={"address": address},
        change=change,
    )
    return user
