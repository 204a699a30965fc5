from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import inviting, queries
from tenure.users.models import UserInvitation


@transaction.atomic
def resend_invitation(*, invitation_ref: UUID, actor: Actor) -> UserInvitation:
    """Mail a new link, good for seven days from now; the earlier one stops working."""
    actor.require("users.manage")
    invitation = queries.invitation_to_change(invitation_ref, actor=actor)
    invitation.expires_at = now() + inviting.LASTS
    invitation.save(update_fields=["expires_at"])
    inviting.mail_link(invitation, actor=actor)
    audit.record(
        "user_invitation.resent", actor=actor, subject=invitation, text={"email": invitation.email}
    )
    return invitation
