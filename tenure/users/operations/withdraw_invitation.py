from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.users import links, queries
from tenure.users.models import UserInvitation


@transaction.atomic
def withdraw_invitation(*, invitation_ref: UUID, actor: Actor) -> UserInvitation:
    """Take an invitation back before it is accepted; its link stops working."""
    actor.require("users.manage")
    invitation = queries.invitation_to_change(invitation_ref, actor=actor)
    invitation.state = UserInvitation.State.WITHDRAWN
    invitation.save(update_fields=["state"])
    links.void(links.Kind.INVITATION, invitation=invitation)
    audit.record(
        "user_invitation.withdrawn",
        actor=actor,
        subject=invitation,
        text={"email": invitation.email},
    )
    return invitation
