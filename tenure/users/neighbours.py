"""What users need to know from slices that stand above them, asked through the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from tenure.lib.actor import Actor
from tenure.users.models import User


def person_refs_of(user: User) -> QuerySet[Any, UUID]:
    """The ref of the person this user is, unread, so that it can be part of another query."""
    resolver: Callable[[User], QuerySet[Any, UUID]] = import_string(settings.TENURE_PERSON_RESOLVER)
    return resolver(user)


def users_who_left() -> QuerySet[User]:
    """Users whose person may not hold access any more, unread."""
    resolver: Callable[..., QuerySet[User]] = import_string(settings.TENURE_LEAVER_RESOLVER)
    return resolver(of=User.objects.all())


def connection_names(*, actor: Actor) -> dict[str, str]:
    """Ref -> name of the connections the actor may see."""
    lister: Callable[..., Any] = import_string(settings.TENURE_CONNECTION_LISTER)
    named = lister(actor=actor).prefetch_related(None).values_list("ref", "name")
    return {str(ref): name for ref, name in named}
