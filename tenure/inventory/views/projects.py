"""Projects: the list, one project with everybody who reaches it, and whether it is in scope."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tenure.inventory import queries
from tenure.inventory.forms import ExcludeForm
from tenure.inventory.listing import project_list
from tenure.inventory.operations.exclude_resource import exclude_resource
from tenure.inventory.operations.include_resource import include_resource
from tenure.inventory.projects import (
    project_context,
    rules_of_project,
    told_history_of_project,
)
from tenure.inventory.views.lists import list_page
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("accounts.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    return list_page(request, "projects", project_list(request.GET, actor=request.actor))


@permission_required("accounts.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One project: who reaches it and how, how fresh that is, and what happened to it."""
    return _project_page(request, ref, ExcludeForm())


@permission_required("accounts.view")
@require_safe
def history(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What happened to a project, with who did it as far as the provider's log tells."""
    project, changes = queries.project_by_ref(ref, actor=request.actor)
    shown = told_history_of_project(project, changes, actor=request.actor)
    return render(request, "inventory/_history.html", {"history": shown})


@permission_required("accounts.view")
@require_safe
def rules(request: ActorRequest, ref: UUID) -> HttpResponse:
    """By which rules somebody acts in a project without a key; a block of its page."""
    project, _ = queries.project_by_ref(ref, actor=request.actor)
    shown = rules_of_project(project, actor=request.actor)
    return render(request, "inventory/_rules.html", shown)


@permission_required("resources.scope")
@require_POST
def exclude(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = ExcludeForm(request.POST)
    if form.is_valid():
        with told_on(form, field="reason"):
            done = exclude_resource(resource_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, f"{done} is out of scope")
            return redirect("inventory:project", ref)
    return _project_page(request, ref, form)


@permission_required("resources.scope")
@require_POST
def include(request: ActorRequest, ref: UUID) -> HttpResponseRedirect:
    done = include_resource(resource_ref=ref, actor=request.actor)
    messages.success(request, f"{done} is in scope again; the next sync reads its members")
    return redirect("inventory:project", ref)


def _project_page(request: ActorRequest, ref: UUID, form: ExcludeForm) -> HttpResponse:
    """The project; with the form as it was typed, when it was refused."""
    project, changes = queries.project_by_ref(ref, actor=request.actor)
    shown = project_context(project, changes, request.GET, actor=request.actor)
    status = 422 if form.errors else 200
    return render(request, "inventory/project.html", shown | {"form": form}, status=status)
