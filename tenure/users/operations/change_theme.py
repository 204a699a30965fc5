from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid
from tenure.users import queries
from tenure.users.models import Theme, User


@transaction.atomic
def change_theme(*, theme: str, actor: Actor) -> User:
    """Remember one's own colours, for every browser one signs in with."""
    user = queries.user_to_change(actor.id, actor=actor)
    if theme not in Theme.values:
        raise Invalid("Choose light, dark or auto.", field="theme")
    before, user.theme = user.theme, theme
    user.save(update_fields=["theme"])
    audit.record("user.theme_changed", actor=actor, subject=user, before=before, after=theme)
    return user
