from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import inviting, queries, rules, writing
from tenure.users.models import UserInvitation


@transaction.atomic
def invite_user(
    *,
    email: str,
    permission_set: str,
    connection_ref: str = "",
    ends_at: datetime | None = None,
    window_from: date | None = None,
    window_until: date | None = None,
    actor: Actor,
) -> UserInvitation:
    """Keep a place for somebody for seven days, and mail them the link to take it."""
    actor.require("users.manage")
    rules.check_assignment(
        permission_set=permission_set,
        connection_ref=connection_ref,
        begins_at=now(),
        ends_at=ends_at,
        window_from=window_from,
        window_until=window_until,
    )
    queries.check_may_be_invited(email, actor=actor)
    invitation = writing.new_invitation(
        email=email,
        permission_set=permission_set,
        connection_ref=connection_ref,
        ends_at=ends_at,
        window_from=window_from,
        window_until=window_until,
        invited_by=actor.id,
        expires_at=now() + inviting.LASTS,
    )
    inviting.mail_link(invitation, actor=actor)
    audit.record(
        "user_invitation.sent",
        actor=actor,
        subject=invitation,
        connection=connection_ref or None,
        text={"email": invitation.email},
        **writing.told(invitation),
    )
    return invitation
