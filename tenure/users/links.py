"""Secret addresses that work once. What is stored tells nobody the address."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotFound
from tenure.users.models import OneTimeLink, User, UserInvitation

Kind = OneTimeLink.Kind
_PAGES = {
    Kind.FIRST_ADMIN: "users:first_admin",
    Kind.SIGN_IN: "users:sign_in_by_link",
    Kind.INVITATION: "users:accept_invitation",
}
_DEAD = "This link was used or has expired; ask for a new one."


def issue(
    kind: OneTimeLink.Kind,
    *,
    lasts: timedelta,
    user: User | None = None,
    invitation: UserInvitation | None = None,
) -> str:
    """A fresh address, absolute; whatever was issued before for the same purpose dies."""
    instant, token = now(), secrets.token_urlsafe(32)
    OneTimeLink.objects.filter(kind=kind, user=user, invitation=invitation, spent_at=None).update(
        spent_at=instant
    )
    try:
        with transaction.atomic():
            OneTimeLink.objects.create(
                kind=kind,
                digest=_digest(token),
                user=user,
                invitation=invitation,
                created_at=instant,
                expires_at=instant + lasts,
            )
    except IntegrityError as error:
        raise Conflict(
            "Another link was made at the same moment; use that or try again."
        ) from error
    return f"{settings.TENURE_PUBLIC_URL}{reverse(_PAGES[kind], args=[token])}"


def peek(kind: OneTimeLink.Kind, token: str) -> OneTimeLink:
    """The link, while it works; looking changes nothing."""
    alive = OneTimeLink.objects.filter(
        kind=kind, digest=_digest(token), spent_at=None, expires_at__gt=now()
    )
    if link := alive.select_related("user", "invitation").first():
        return link
    raise NotFound(_DEAD)


def spend(kind: OneTimeLink.Kind, token: str) -> OneTimeLink:
    """Use the link up. Of two at once, one wins; the other is told that it is dead."""
    instant = now()
    alive = OneTimeLink.objects.filter(
        kind=kind, digest=_digest(token), spent_at=None, expires_at__gt=instant
    )
    if alive.update(spent_at=instant) == 0:
        raise NotFound(_DEAD)
    return OneTimeLink.objects.select_related("user", "invitation").get(digest=_digest(token))


def void(
    kind: OneTimeLink.Kind, *, user: User | None = None, invitation: UserInvitation | None = None
) -> None:
    """Whatever is still alive for this user, or this invitation, dies."""
    OneTimeLink.objects.filter(kind=kind, user=user, invitation=invitation, spent_at=None).update(
        spent_at=now()
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
