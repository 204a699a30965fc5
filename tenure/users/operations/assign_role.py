from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import queries, writing
from tenure.users.models import RoleAssignment


@transaction.atomic
def assign_role(
    *,
    user_ref: UUID,
    permission_set: str,
    connection_ref: str = "",
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    window_from: date | None = None,
    window_until: date | None = None,
    actor: Actor,
) -> RoleAssignment:
    """Give a user a permission set, everywhere or for one connection, from now or from later."""
    actor.require("users.manage")
    user = queries.user_to_change(user_ref, actor=actor)
    assignment = writing.new_assignment(
        user=user,
        permission_set=permission_set,
        connection_ref=connection_ref,
        begins_at=begins_at or now(),
        ends_at=ends_at,
        window_from=window_from,
        window_until=window_until,
        granted_by=actor.id,
    )
    audit.record(
        "role.assigned",
        actor=actor,
        subject=user,
        connection=connection_ref or None,
        text={"email": user.email},
        **writing.told(assignment),
    )
    return assignment
