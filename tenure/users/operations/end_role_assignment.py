from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import queries, rules, writing
from tenure.users.models import RoleAssignment


@transaction.atomic
def end_role_assignment(*, assignment_ref: UUID, actor: Actor) -> RoleAssignment:
    """Take a permission set back, from this moment; the last admin keeps theirs."""
    actor.require("users.manage")
    others = queries.admins_to_keep(actor=actor)
    assignment = queries.assignment_to_change(assignment_ref, actor=actor)
    rules.check_admin_remains(
        is_admin_everywhere=assignment.pk in {admin.pk for admin in others},
        other_admins=len([admin for admin in others if admin.user_id != assignment.user_id]),
    )
    assignment.ends_at = max(now(), assignment.begins_at)
    assignment.save(update_fields=["ends_at"])
    audit.record(
        "role.ended",
        actor=actor,
        subject=assignment.user,
        connection=assignment.connection_ref or None,
        text={"email": assignment.user.email},
        **writing.told(assignment),
    )
    return assignment
