"""Error pages: one sentence each that says what to do; a fragment for htmx, a page otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenure.web.context import ShellContext


@dataclass(frozen=True, slots=True)
class ErrorPage:
    title: str
    advice: str


PAGES = {
    400: ErrorPage("That request makes no sense to us", "Go back, check what you sent, try again."),
    403: ErrorPage("This is not yours to do", "Ask an admin if you need it for your work."),
    404: ErrorPage("Nothing here", "It does not exist, or it is not yours to see."),
    409: ErrorPage("It changed since you saw it", "Reload the page and look again before you act."),
    422: ErrorPage("Something in it needs mending", "Go back and correct what is marked."),
    429: ErrorPage("Too many tries", "Wait a minute, then try again."),
    500: ErrorPage(
        "Something broke on our side",
        "It is in the log; try again, and tell whoever runs Tenure if it stays.",
    ),
    502: ErrorPage("The provider did not do as asked", "Try again in a minute."),
}


def error_response(
    request: HttpRequest,
    status: int,
    message: str = "",
    *,
    remedy: str = "",
    remedy_url: str = "",
) -> HttpResponse:
    """The page or fragment for this status; `remedy` labels a button to `remedy_url`."""
    page = PAGES.get(status) or ErrorPage(HTTPStatus(status).phrase, "Go back and try again.")
    context = {
        "status": status,
        "page": page,
        "message": message,
        "remedy": remedy,
        "remedy_url": remedy_url,
        "base": ShellContext(request).base,
    }
    template = "web/_error.html" if getattr(request, "htmx", False) else "web/error.html"
    return render(request, template, context, status=status)
