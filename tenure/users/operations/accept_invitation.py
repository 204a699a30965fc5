from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import links, queries, writing
from tenure.users.models import User, UserInvitation


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, actor: Actor) -> User:
    """Become a user with the permission set the invitation promised. The link is the permission."""
    link = links.spend(links.Kind.INVITATION, token)
    invitation = queries.invitation_of_link(link, actor=actor)
    user = writing.new_user(email=invitation.email, name=name, password=password)
    assignment = writing.new_assignment(
        user=user,
        permission_set=invitation.permission_set,
        connection_ref=invitation.connection_ref,
        begins_at=now(),
        ends_at=invitation.ends_at,
        window_from=invitation.window_from,
        window_until=invitation.window_until,
        granted_by=invitation.invited_by,
    )
    invitation.state, invitation.user = UserInvitation.State.ACCEPTED, user
    invitation.save(update_fields=["state", "user"])
    audit.record(
        "user_invitation.accepted",
        actor=actor,
        subject=user,
        connection=invitation.connection_ref or None,
        text={"email": user.email},
        invitation=str(invitation.ref),
        invited_by=invitation.invited_by,
        **writing.told(assignment),
    )
    return user
