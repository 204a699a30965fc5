"""One person: why they have their state, and a human's word that they left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.people import queries, rules
from tenure.people.comparing import compared
from tenure.people.forms import LeaveForm, MergeForm, PersonForm
from tenure.people.models import Person
from tenure.people.operations.add_person import add_person
from tenure.people.operations.clear_person_left import clear_person_left
from tenure.people.operations.edit_person import edit_person
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.operations.merge_people import merge_people
from tenure.people.operations.unmerge_people import unmerge_people
from tenure.people.wording import shown_state
from tenure.users.permissions import permission_required


@permission_required("people.view")
@require_safe
def why(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The rule, what it looked at, and who speaks of them."""
    person = queries.person_by_ref(ref, actor=request.actor)
    merges = queries.merges_of(person, actor=request.actor).filter(undone_at=None)
    explained = queries.explained(person, actor=request.actor, merges=merges)
    shown = {
        "person": person,
        "why": explained,
        "state": shown_state(explained.state),
        "merges": merges,
        "may_manage": request.actor.may("people.manage"),
    }
    return render(request, "people/why.html", shown)


@permission_required("people.manage")
@require_http_methods(["GET", "POST"])
def leave(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Say that somebody has left, or will."""
    person = queries.person_by_ref(ref, actor=request.actor)
    zone = rules.zone(person.time_zone, default=settings.TENURE_TIME_ZONE)
    form = LeaveForm(request.POST or None, zone=zone)
    if form.is_valid():
        with told_on(form, field="at"):
            mark_person_left(person_ref=ref, actor=request.actor, **form.said())
            messages.success(request, f"{person} is marked as left")
            return redirect("inventory:person", ref)
    shown = {"form": form, "person": person}
    return render(request, "people/leave.html", shown, status=422 if form.errors else 200)


@permission_required("people.manage")
@require_POST
def clear_leave(request: ActorRequest, ref: UUID) -> HttpResponseRedirect:
    person = clear_person_left(person_ref=ref, actor=request.actor)
    messages.success(request, f"What the sources say of {person} holds again")
    return redirect("inventory:person", ref)


@permission_required("people.manage")
@require_POST
def unmerge(request: ActorRequest, ref: UUID) -> HttpResponseRedirect:
    done = unmerge_people(merge_ref=ref, actor=request.actor)
    messages.success(request, f"{done.merged} and {done.kept} are two people again")
    return redirect("people:why", done.kept.ref)


@permission_required("people.manage")
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    """Enter somebody whom no source has yet; what is known of them may be in the address."""
    known = {name: request.GET[name] for name in ("email", "name", "kind") if name in request.GET}
    form = PersonForm(request.POST or None, initial=known)
    if form.is_valid():
        with told_on(form):
            person = add_person(values=form.entered(), actor=request.actor)
            messages.success(request, f"{person} is in the directory")
            return redirect("inventory:person", person.ref)
    shown = {"form": form, "action": reverse("people:add")}
    return render(request, "people/enter.html", shown, status=422 if form.errors else 200)


@permission_required("people.manage")
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Enter what no stronger source says of somebody."""
    person = queries.person_by_ref(ref, actor=request.actor)
    entered, stated = queries.entered_by_hand(person, actor=request.actor)
    form = PersonForm(request.POST or None, initial=entered)
    form.leave_to(stated)
    if form.is_valid():
        with told_on(form):
            edit_person(person_ref=ref, values=form.entered(), actor=request.actor)
            messages.success(request, f"{person} is changed")
            return redirect("inventory:person", ref)
    shown = {"form": form, "person": person, "action": reverse("people:edit", args=[ref])}
    return render(request, "people/enter.html", shown, status=422 if form.errors else 200)


@permission_required("people.manage")
@require_http_methods(["GET", "POST"])
def merge(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Choose the other entry, see what becomes of both, then say yes."""
    kept = queries.person_by_ref(ref, actor=request.actor)
    form, compares = MergeForm(request.POST or None), dict[str, Any]()
    if form.is_valid():
        with told_on(form, field="other"):
            other = queries.person_by_email(form.cleaned_data["other"], actor=request.actor)
            compares = compared(kept, other, counts=form["counts"].value(), actor=request.actor)
            if compares["asks"]:
                form.ask_whose()
            if form.cleaned_data["is_confirmed"]:
                return _merged(request, kept, other, form)
    shown = {"form": form, "person": kept, **compares}
    return render(request, "people/merge.html", shown, status=422 if form.errors else 200)


def _merged(
    request: ActorRequest, kept: Person, other: Person, form: MergeForm
) -> HttpResponseRedirect:
    done = merge_people(
        kept_ref=kept.ref,
        merged_ref=other.ref,
        counts=form.cleaned_data["counts"],
        reason=form.cleaned_data["reason"],
        is_confirmed=True,
        actor=request.actor,
    )
    messages.success(request, f"{done.merged} is part of {done.kept} now")
    return redirect("people:why", kept.ref)
