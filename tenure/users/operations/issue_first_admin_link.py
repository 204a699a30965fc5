from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict
from tenure.users import links, queries


@transaction.atomic
def issue_first_admin_link(*, actor: Actor) -> str:
    """The address at which the first admin is made, once, within 60 minutes."""
    actor.require("users.manage")
    if queries.has_admin(actor=actor):
        raise Conflict("There is an admin already; ask them for an invitation.")
    address = links.issue(links.Kind.FIRST_ADMIN, lasts=timedelta(minutes=60))
    audit.record(
        "first_admin_link.issued",
        actor=actor,
        subject=audit.Subject("one_time_link", "first_admin"),
    )
    return address
