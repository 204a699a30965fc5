"""Refusals become pages, in the one place that catches them; views have no `try`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from tenure.lib.errors import DomainError, Reauthenticate
from tenure.web.errors import error_response


class RefusalMiddleware:
    """Renders what operations and queries raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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


def reauthentication_url(request: HttpRequest) -> str:
    """Where one proves again who one is; back to the page the button was on, never to a POST."""
    back = request.path if request.method == "GET" else request.headers.get("referer", "/")
    try:
        return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    except NoReverseMatch:
        return ""
