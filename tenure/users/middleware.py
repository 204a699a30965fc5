"""Puts the actor on every request, and lets nothing through that nobody decided about."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode

from tenure.lib.actor import Actor
from tenure.lib.ids import uuid7
from tenure.users.actors import actor_of_user
from tenure.users.operations.record_page_view import record_page_view
from tenure.users.permissions import BY_TOKEN, PUBLIC, SIGNED_IN, declared_permission


class UndecidedView(Exception):
    """A developer forgot to say who may open this view."""


class ActorMiddleware:
    """`request.actor`: an Actor for a signed-in, active user, else None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = actor_of_user(request.user) if request.user.is_authenticated else None
        request.actor = actor  # type: ignore[attr-defined] # the shape is lib.web.ActorRequest
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request=str(uuid7()), actor=actor.id if actor else None
        )
        response = self._get_response(request)
        if actor is not None and actor.window is not None and _is_whole_page(request, response):
            _note_view(request, actor)
        return _sign_in_whole_page(request, response)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: tuple[object, ...],
        _kwargs: dict[str, object],
    ) -> None:
        """Deny by default. Somebody not signed in was sent to sign in before this."""
        permission = declared_permission(view)
        if permission is None:
            name = f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"
            if settings.DEBUG:
                raise UndecidedView(f"{name} declares neither a permission nor @public.")
            structlog.get_logger(__name__).error("undecided_view", view=name)
            raise PermissionDenied
        if permission == BY_TOKEN:
            request.actor = None  # type: ignore[attr-defined] # whoever is signed in is nobody here
        if permission in (PUBLIC, SIGNED_IN, BY_TOKEN):
            return
        actor: Actor | None = request.actor  # type: ignore[attr-defined] # set above
        if actor is None or not actor.may_somewhere(permission):
            raise PermissionDenied(f"Ask an admin for the permission {permission}.")


def _is_whole_page(request: HttpRequest, response: HttpResponse) -> bool:
    """By what was given out: what the browser calls its request is for the browser to say."""
    return (
        request.method == "GET"
        and response.status_code == 200  # noqa: PLR2004 - OK
        and not response.streaming
        and b"<!doctype html>" in response.content[:200].lower()
    )


def _note_view(request: HttpRequest, actor: Actor) -> None:
    match = request.resolver_match
    if match is None:
        return
    # Of what the address holds only what names a thing: others hold tokens.
    ref = match.kwargs.get("ref") or match.kwargs.get("slug")
    record_page_view(page=match.view_name, ref=str(ref) if ref else None, actor=actor)


def _sign_in_whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A fragment asked for after the session ended: the page goes to sign in, not the fragment."""
    login = resolve_url(settings.LOGIN_URL)
    if not getattr(request, "htmx", False) or response.status_code != 302:  # noqa: PLR2004 - Found
        return response
    if urlsplit(response.headers["Location"]).path != login:
        return response
    here = urlsplit(request.headers.get("HX-Current-URL", "/"))
    return HttpResponse(
        status=204, headers={"HX-Redirect": f"{login}?{urlencode({'next': here.path or '/'})}"}
    )
