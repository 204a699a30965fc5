"""Beginning a session, by whichever door somebody came in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from tenure.users.actors import STRANGER, actor_of_user
from tenure.users.models import Theme, User
from tenure.users.operations.record_refused_sign_in import record_refused_sign_in
from tenure.users.operations.record_sign_in import record_sign_in
from tenure.users.reauthentication import mark_confirmed_in

LINK = "one-time link"


def begin_session(request: HttpRequest, user: User, *, method: str) -> None:
    """Sign in: the session's key rotates; any proof but a link counts for ten minutes."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
    if method != LINK:
        mark_confirmed_in(request.session, method=method)
    record_sign_in(
        user_ref=user.ref,
        method=method,
        address=get_adapter(request).get_client_ip(request),
        actor=actor_of_user(user),
    )


def note_refusal(request: HttpRequest, *, typed: str) -> None:
    """Audit an attempt to sign in that failed: address, second factor, or somebody shut out."""
    record_refused_sign_in(
        typed=typed, address=get_adapter(request).get_client_ip(request), actor=STRANGER
    )


def note_wrong_code(*, request: HttpRequest, user: User, **_: object) -> None:
    """The sign-in library's signal; whoever gets this far knew the password."""
    note_refusal(request, typed=user.email)


def with_theme(response: HttpResponse, user: User) -> HttpResponse:
    """The colours somebody chose, for the browser they just signed in with, if they chose any."""
    if user.theme == Theme.AUTO:
        return response
    response.set_cookie(
        "theme",
        user.theme,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
