"""The mail that an invitation is."""

from __future__ import annotations

from datetime import timedelta

from tenure.lib.actor import Actor
from tenure.notifications.operations.send_mail import send_mail
from tenure.users import links
from tenure.users.models import PermissionSet, UserInvitation

LASTS = timedelta(days=7)


def mail_link(invitation: UserInvitation, *, actor: Actor) -> None:
    """Issue the invitation's link, voiding the one before, and mail it."""
    address = links.issue(links.Kind.INVITATION, lasts=LASTS, invitation=invitation)
    send_mail(
        to=invitation.email,
        kind="user_invitation",
        fields={
            "inviter": actor.named,
            "permission_set": PermissionSet(invitation.permission_set).label.lower(),
            "expires": f"{invitation.expires_at:%d %B %Y %H:%M} UTC",
            "url": address,
        },
        actor=actor,
    )
