"""Proving again who one is, before something dangerous.

The sign-in library's own check lets users pass who have nothing to prove themselves with; ours
refuses them. A confirmation is a signed instant in the session, bound to the session's key and to
the user, and good for ten minutes. Signing in with a password or passkey counts as one; following
a one-time link does not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

VALID_SECONDS = 600
_NAME, _SALT = "confirmed", "tenure.users.reauthentication"


def mark_confirmed_in(session: SessionBase, *, method: str) -> None:
    """Remember that whoever owns this session proved it just now: password, code or passkey."""
    if session.session_key is None:
        session.save()
    stamp = {"session": session.session_key, "user": session[SESSION_KEY], "method": method}
    session[_NAME] = signing.dumps(stamp, salt=_SALT)


def is_recent(session: SessionBase) -> bool:
    """True within ten minutes of a confirmation in this very session, by this very user."""
    try:
        stamp = signing.loads(session.get(_NAME, ""), salt=_SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return False
    return bool(
        stamp["session"] == session.session_key and stamp["user"] == session.get(SESSION_KEY)
    )


def reauthenticated(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask who it is before this view, unless that was confirmed in the last ten minutes.

    The answer to a form is not kept: one returns to the page, and presses the button again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the view's own
        return view(request, *args, **kwargs) if is_recent(request.session) else _ask(request)

    guarded.tenure_reauthenticated = True  # type: ignore[attr-defined] # read by tests
    return guarded


def safe_next(request: HttpRequest, address: str | None, *, default: str = "/") -> str:
    """The path and query of an address on this site; the default for any other."""
    if not address or not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return default
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # A path of ours that begins with two slashes is, by itself, an address elsewhere.
    return path if path[:1] == "/" and url_has_allowed_host_and_scheme(path, None) else default


def _ask(request: HttpRequest) -> HttpResponse:
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    shows_a_page = request.method == "GET" and not getattr(request, "htmx", False)
    back = request.get_full_path() if shows_a_page else safe_next(request, page)
    target = f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
