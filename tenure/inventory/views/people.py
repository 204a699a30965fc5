"""People: the list, and one person with everything they hold."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.inventory import queries
from tenure.inventory.listing import people_list
from tenure.inventory.showing import person_context, told_history_of_person
from tenure.inventory.views.lists import list_page
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("people.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    return list_page(request, "people", people_list(request.GET, actor=request.actor))


@permission_required("people.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One person: their state and why, what they hold, and what each source says."""
    profile = queries.person_by_ref(ref, actor=request.actor)
    shown = person_context(profile, actor=request.actor)
    return render(request, "inventory/person.html", shown)


@permission_required("people.view")
@require_safe
def history(request: ActorRequest, ref: UUID) -> HttpResponse:
    """A person's time here, with who did what as far as the provider's log tells."""
    shown = told_history_of_person(ref, actor=request.actor)
    return render(request, "inventory/_history.html", {"history": shown})
