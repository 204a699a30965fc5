"""What one is told, and where the organization is told it.

These pages stand below users; who may open them is said where they are mounted, in `web.urls`.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.notifications import queries
from tenure.notifications.calling import check
from tenure.notifications.forms import NewTargetForm, PreferenceForm, TargetForm
from tenure.notifications.operations.add_target import add_target
from tenure.notifications.operations.remove_target import remove_target
from tenure.notifications.operations.set_preference import set_preference
from tenure.notifications.operations.set_target import set_target
from tenure.notifications.operations.try_target import try_target
from tenure.notifications.wording import target_lines


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ActorRequest) -> HttpResponse:
    own = queries.preference(actor=request.actor)
    choices = queries.choices(own, actor=request.actor)
    form = PreferenceForm(request.POST or None, own=own, choices=choices)
    if form.is_valid():
        with told_on(form):
            set_preference(actor=request.actor, **form.chosen())
            messages.success(request, "Saved; it holds for what happens from now on")
            return redirect("notifications:preferences")
    status = 422 if form.errors else 200
    return render(request, "notifications/preferences.html", {"form": form}, status=status)


@require_safe
def targets(request: ActorRequest) -> HttpResponse:
    lines = target_lines(queries.targets(actor=request.actor))
    return render(request, "notifications/targets.html", {"lines": lines})


@never_cache
@sensitive_post_parameters("url")
@require_http_methods(["GET", "HEAD", "POST"])
def new_target(request: ActorRequest) -> HttpResponse:
    form = NewTargetForm(request.POST or None)
    if form.is_valid():
        with told_on(form, field="url"):
            checked = check(form.cleaned_data.pop("url"))
            target = add_target(checked=checked, actor=request.actor, **form.cleaned_data)
            messages.success(request, f"{target.name} is added; send it a test message")
            return redirect("notifications:targets")
    status = 422 if form.errors else 200
    return render(request, "notifications/new_target.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def target(request: ActorRequest, ref: UUID) -> HttpResponse:
    known = queries.target_by_ref(ref, actor=request.actor)
    form = TargetForm(request.POST or None, target=known)
    if form.is_valid():
        with told_on(form, field="name"):
            set_target(ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Saved")
            return redirect("notifications:targets")
    shown = {"form": form, "target": known}
    return render(request, "notifications/target.html", shown, status=422 if form.errors else 200)


@require_POST
def test(request: ActorRequest, ref: UUID) -> HttpResponse:
    try_target(ref=ref, actor=request.actor)
    messages.success(request, "A test message is on its way; reload to see how it went")
    return redirect("notifications:targets")


@require_POST
def remove(request: ActorRequest, ref: UUID) -> HttpResponse:
    removed = remove_target(ref=ref, actor=request.actor)
    messages.success(request, f"{removed.name} is removed; its address is wiped")
    return redirect("notifications:targets")
