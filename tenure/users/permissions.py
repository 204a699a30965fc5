"""What a view demands, declared on the view and enforced by the actor middleware.

    @permission_required("accounts.view")    held everywhere or for at least one connection
    @signed_in                               anyone signed in
    @public                                  anyone at all; the list is short and a test prints it
    @by_token                                the API asks for a token; a session is nobody there

A view that declares nothing is refused to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]
PUBLIC = "public"
SIGNED_IN = "signed in"
BY_TOKEN = "by token"  # noqa: S105 - a way in, and no secret


def permission_required(permission: str) -> Callable[[View], View]:
    """Let in only actors who hold the permission somewhere; queries narrow to what they may see."""
    return lambda view: _declare(view, permission)


def signed_in(view: View) -> View:
    return _declare(view, SIGNED_IN)


def public(view: View) -> View:
    return _declare(view, PUBLIC)


def by_token(view: View) -> View:
    return _declare(view, BY_TOKEN)


def declared_permission(view: object) -> str | None:
    """What the view declares; None when nobody has decided."""
    return getattr(view, "tenure_permission", None)


def _declare(view: View, permission: str) -> View:
    # A wrapper and not an attribute on the view itself: library views are shared by everyone.
    @wraps(view)
    def declared(*args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - the view's own
        return view(*args, **kwargs)

    declared.tenure_permission = permission  # type: ignore[attr-defined] # read back above
    declared.login_required = permission not in (PUBLIC, BY_TOKEN)  # type: ignore[attr-defined] # Django's own flag
    return declared
