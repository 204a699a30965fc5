"""Refusals become pages, in the one place that catches them; views have no `try`.

Who comes to an address that only takes a form, because they proved who they are first, went back,
or loaded a refused form again, is shown the page that the form is on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.http import urlencode

from tenure.lib.errors import DomainError, Reauthenticate
from tenure.web.errors import error_response


class RefusalMiddleware:
    """Renders what operations and queries raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponseNotAllowed) and _visits(request):
            return HttpResponseRedirect(page_above(request.path))
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, Reauthenticate):
            return error_response(
                request,
                exception.status,
                str(exception),
                remedy="Confirm that it is you",
                remedy_url=reauthentication_url(request),
            )
        return error_response(request, exception.status, str(exception))


def page_above(path: str) -> str:
    """The nearest address above one that takes a form: its page, or one that leads there."""
    while above := path.rstrip("/").rpartition("/")[0]:
        path = above
        with suppress(Resolver404):
            resolve(path)
            return path
    return "/"


def _visits(request: HttpRequest) -> bool:
    """A browser that goes to an address, not a program that asks for it."""
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def reauthentication_url(request: HttpRequest) -> str:
    """Where one proves again who one is; back to the page the button was on, never to a POST."""
    back = request.path if request.method == "GET" else request.headers.get("referer", "/")
    try:
        return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    except NoReverseMatch:
        return ""
