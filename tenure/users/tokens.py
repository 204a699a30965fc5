"""Secrets by which programs come in. What is stored tells nobody the secret.

A secret is 256 random bits, so its digest needs no salt and no slow hash: nobody can try them all.
It is looked up by that digest, which tells a guesser nothing about how near a guess was.
"""

from __future__ import annotations

import hashlib
import secrets

from django.db.models import Q

from tenure.lib.clock import now
from tenure.users.models import ApiToken, User

# Scanners of repositories know our secrets by this; lib.secrets.redact does too.
PREFIX = "tenure_"


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def live_token(secret: str) -> ApiToken | None:
    """The token of a secret, with its user, while both may come in."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=now())
    alive = ApiToken.objects.filter(lasting, revoked_at=None, user__is_active=True)
    return alive.select_related("user").filter(digest=digest(secret)).first()


def revoke_all(user: User) -> int:
    """Every token of a user dies; how many."""
    return ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now())
