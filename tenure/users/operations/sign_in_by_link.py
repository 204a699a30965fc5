from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import NotAllowed
from tenure.users import links
from tenure.users.models import User


@transaction.atomic
def sign_in_by_link(*, token: str, actor: Actor) -> User:
    """Use up a sign-in link; the caller starts the session. The link is the permission."""
    user = links.spend(links.Kind.SIGN_IN, token).user
    if user is None or not user.is_active:
        raise NotAllowed("This user is shut out; ask an admin to let them in again.")
    audit.record("sign_in_link.used", actor=actor, subject=user, text={"email": user.email})
    return user
