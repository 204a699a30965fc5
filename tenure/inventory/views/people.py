"""People: the list, and one person with everything they hold."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from tenure.inventory import queries
from tenure.inventory.listing import people_list
from tenure.inventory.showing import person_context
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("people.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    """The list; htmx asks for the list alone."""
    asks_list = request.htmx and request.htmx.target == "people"
    template = "inventory/_people.html" if asks_list else "inventory/people.html"
    answer = render(request, template, people_list(request.GET, actor=request.actor))
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@permission_required("people.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One person: their state and why, what they hold, and what each source says."""
    profile = queries.person_by_ref(ref, actor=request.actor)
    shown = person_context(profile, actor=request.actor)
    return render(request, "inventory/person.html", shown)
