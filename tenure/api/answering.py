"""What every answer of an endpoint has in common, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from tenure.api.problems import problem
from tenure.lib.actor import Actor
from tenure.users.operations.record_page_view import record_page_view
from tenure.users.permissions import by_token

View = Callable[..., HttpResponseBase]


def answered(view: View) -> View:
    """An endpoint as it stands in the map of addresses: behind a token, never kept by caches."""

    @by_token
    @csrf_exempt
    @wraps(view)
    def endpoint(request: HttpRequest, **named: Any) -> HttpResponseBase:  # noqa: ANN401 - from the address
        answer = view(request, **named)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = answer.headers["Allow"]
            answer = problem("method-not-allowed", 405, f"Use {allowed} with this address.")
            answer["Allow"] = allowed
        answer.headers.setdefault("Cache-Control", "no-store")
        _note_look(request, answer)
        return answer

    return endpoint


def _note_look(request: HttpRequest, answer: HttpResponseBase) -> None:
    """What an auditor is shown is noted, as on the pages."""
    actor: Actor | None = getattr(request, "actor", None)
    match = request.resolver_match
    if actor is None or actor.window is None or match is None or request.method != "GET":
        return
    if answer.status_code == HTTPStatus.OK:
        ref = match.kwargs.get("ref") or match.kwargs.get("slug")
        record_page_view(page=match.view_name, ref=str(ref) if ref else None, actor=actor)
