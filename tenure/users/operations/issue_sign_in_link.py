from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Conflict, NotAllowed
from tenure.users import links, queries


@transaction.atomic
def issue_sign_in_link(*, user_ref: UUID, minutes: int, actor: Actor) -> str:
    """The address at which this user signs in, once. Only for the local operator.

    Whoever has a shell on the machine owns its database anyway; nobody else may become another.
    """
    actor.require("users.manage")
    if actor.kind != "system":
        raise NotAllowed("Make sign-in links on the command line of the machine Tenure runs on.")
    user = queries.user_to_change(user_ref, actor=actor)
    if not user.is_active:
        raise Conflict("This user is shut out; let them in again first.")
    address = links.issue(links.Kind.SIGN_IN, lasts=timedelta(minutes=minutes), user=user)
    audit.record(
        "sign_in_link.issued",
        actor=actor,
        subject=user,
        text={"email": user.email},
        minutes=minutes,
    )
    return address
