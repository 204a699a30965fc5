from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import actors, queries, tokens
from tenure.users.models import ApiToken
from tenure.users.scopes import check_token


@transaction.atomic
def create_token(
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    user_email: str = "",
    actor: Actor,
) -> tuple[ApiToken, str]:
    """A token by which a program acts for its user, and its secret, told here and never again.

    Users make their own; the local operator makes anybody's. A token makes none.
    """
    user = queries.token_owner(user_email, actor=actor)
    instant = now()
    check_token(
        name=name,
        scopes=scopes,
        held=actors.held_anywhere(actors.actor_of_user(user)),
        expires_at=expires_at,
        at=instant,
    )
    secret = tokens.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        scopes=sorted(set(scopes)),
        digest=tokens.digest(secret),
        created_at=instant,
        expires_at=expires_at,
    )
    audit.record(
        "api_token.created",
        actor=actor,
        subject=token,
        text={"name": token.name, "email": user.email},
        scopes=token.scopes,
        expires_at=expires_at,
    )
    return token, secret
