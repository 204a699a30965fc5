"""People sources: how much each is believed, how often it must be read, and its imports."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.people import queries
from tenure.people.forms import NewSourceForm, SourceForm
from tenure.people.operations.add_people_source import add_people_source
from tenure.people.operations.change_people_source import change_people_source
from tenure.users.permissions import permission_required


@permission_required("settings.view")
@require_http_methods(["GET", "POST"])
def index(request: ActorRequest) -> HttpResponse:
    """Every source, the strongest first; an admin may add one."""
    form = NewSourceForm(request.POST or None)
    if form.is_valid():
        with told_on(form, field="name"):
            source = add_people_source(actor=request.actor, **form.cleaned_data)
            messages.success(request, f"{source} is a people source now")
            return redirect("people:sources")
    shown = {
        "form": form,
        "sources": queries.sources_with_age(actor=request.actor),
        "may_manage": request.actor.may("settings.manage"),
        "may_import": request.actor.may("people.manage"),
    }
    return render(request, "people/sources.html", shown, status=422 if form.errors else 200)


@permission_required("settings.manage")
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One source: its order among the others, its interval, and what was read of it."""
    source = queries.source_by_ref(ref, actor=request.actor)
    form = SourceForm(request.POST or None, initial=vars(source))
    if form.is_valid():
        with told_on(form):
            change_people_source(source_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, f"{source} is changed")
            return redirect("people:sources")
    imports = queries.imports(actor=request.actor).filter(source=source)[:20]
    shown = {"form": form, "source": source, "imports": imports}
    return render(request, "people/source.html", shown, status=422 if form.errors else 200)
