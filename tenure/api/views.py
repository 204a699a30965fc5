"""What stands around the endpoints: their documentation, and answers for what is none."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from tenure.api.assembly import PREFIX, document
from tenure.api.problems import nowhere
from tenure.api.reading import chapters
from tenure.users.permissions import by_token, public, signed_in


@public
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """For anyone: it is the same for every installation of this version and tells nothing of this
    one, and the tools that read it send no token."""
    return JsonResponse(document())


@signed_in
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people, inside the product."""
    context = {
        "chapters": chapters(document()),
        "address": f"{settings.TENURE_PUBLIC_URL}{PREFIX}",
    }
    return render(request, "api/docs.html", context)


@by_token
@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    return nowhere(request, rest)
