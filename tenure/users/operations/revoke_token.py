from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.users import queries
from tenure.users.models import ApiToken


@transaction.atomic
def revoke_token(*, token_ref: UUID | str, actor: Actor) -> ApiToken:
    """End a token at once: one's own, or as an admin anybody's."""
    token = queries.token_to_change(token_ref, actor=actor)
    if token.revoked_at is not None:
        raise Conflict("This token was revoked already; reload the page.")
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    audit.record(
        "api_token.revoked",
        actor=actor,
        subject=token,
        text={"name": token.name, "email": token.user.email},
    )
    return token
