from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from tenure.audit.sealing import unsealed_since
from tenure.users.operations.change_theme import change_theme
from tenure.users.permissions import permission_required, public, signed_in
from tenure.web.context import THEME_COOKIE, THEMES
from tenure.web.errors import PAGES, error_response
from tenure.web.registry import actor_of, found, panels, settings_pages
from tenure.web.registry import palette as palette_of
from tenure.web.samples import samples

LONGEST_TYPED = 200
YEAR = 365 * 24 * 3600


@signed_in
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    # Drawn before the navigation, which takes from it what was read already.
    return render(
        request, "web/overview.html", {"answer": list(panels("overview.answer", request, None))}
    )


@permission_required("settings.view")
@require_safe
def settings_index(request: HttpRequest) -> HttpResponse:
    return render(request, "web/settings.html", {"pages": settings_pages(request)})


@signed_in
@require_GET
def palette(request: HttpRequest) -> JsonResponse:
    """What Ctrl-K finds for this actor: pages and actions, or what bears the typed name."""
    typed = request.GET.get("q", "")[:LONGEST_TYPED]
    return JsonResponse({"entries": found(request, typed) if typed else palette_of(request)})


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the chosen colours, in a cookie and for whoever is signed in, and go back."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return error_response(request, 400, "Choose light, dark or auto.")
    if (actor := actor_of(request)) is not None:
        change_theme(theme=chosen, actor=actor)
    back = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return _with_colours(redirect(back if is_ours else "/"), chosen, request)


def _with_colours(response: HttpResponse, chosen: str, request: HttpRequest) -> HttpResponse:
    response.set_cookie(
        THEME_COOKIE,
        chosen,
        max_age=YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@public
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about the database."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers and audit events are being sealed; says which of the two is not so."""
    try:
        stuck = unsealed_since()
    except DatabaseError:
        return HttpResponse("database unreachable", status=503, content_type="text/plain")
    if stuck is not None:
        return HttpResponse("audit events unsealed", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for developers."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "web/styleguide.html", samples())


@public
@require_safe
def styleguide_error(request: HttpRequest, status: int) -> HttpResponse:
    """How an error looks, for developers."""
    if not settings.DEBUG or status not in PAGES:
        raise Http404
    return error_response(request, status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_response(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_response(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_response(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return error_response(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    return error_response(request, 403, "Reload the page and try again; the form was too old.")
