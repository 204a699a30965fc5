"""Where somebody is signed in, and ending it."""

from __future__ import annotations

import hashlib

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from tenure.lib.errors import NotFound
from tenure.users.models import User


def ref_of(session_key: str) -> str:
    """A name for a session that opens nothing."""
    return hashlib.sha256(b"session ref" + session_key.encode()).hexdigest()[:16]


def end_one(user: User, session_ref: str) -> None:
    for key in UserSession.objects.filter(user=user).values_list("session_key", flat=True):
        if ref_of(key) == session_ref:
            _end([key])
            return
    raise NotFound("This session has ended already; reload the page.")


def end_all(user: User, *, keep: str = "") -> int:
    """End the sessions of a user, except the one with the ref `keep`; how many there were."""
    keys = [
        key
        for key in UserSession.objects.filter(user=user).values_list("session_key", flat=True)
        if ref_of(key) != keep
    ]
    return _end(keys)


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
