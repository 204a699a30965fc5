"""Who decides in somebody's place while they are away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.people import queries
from tenure.people.forms import DelegationForm
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.withdraw_delegation import withdraw_delegation
from tenure.users.permissions import permission_required


@permission_required("people.manage")
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Choose who decides, and for which days."""
    person = queries.person_by_ref(ref, actor=request.actor)
    form = DelegationForm(request.POST or None)
    if form.is_valid():
        with told_on(form, field="email"):
            done = add_delegation(person_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, f"{done.to} decides for {person}, as you said")
            return redirect("inventory:person", ref)
    shown = {"form": form, "person": person}
    return render(request, "people/delegate.html", shown, status=422 if form.errors else 200)


@permission_required("people.manage")
@require_POST
def withdraw(request: ActorRequest, ref: UUID) -> HttpResponseRedirect:
    done = withdraw_delegation(delegation_ref=ref, actor=request.actor)
    messages.success(request, f"{done.to} no longer decides for {done.person}")
    return redirect("inventory:person", done.person.ref)
