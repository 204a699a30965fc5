"""What can be asked for, and who says yes to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tenure.access_requests import catalogue_pages, policy_pages
from tenure.access_requests.forms import CatalogueForm, EntryForm, ShownForm
from tenure.access_requests.models import ApprovalPolicy
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.operations.set_catalogue_entry import set_catalogue_entry
from tenure.access_requests.policy_forms import GroupForm, PolicyForm, TryForm
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("me.view")
@require_safe
def catalogue(request: ActorRequest) -> HttpResponse:
    """What can be asked for; htmx gets what matches the typed words."""
    shown = catalogue_pages.catalogue_page(*CatalogueForm(request.GET).asked(), actor=request.actor)
    is_part = request.htmx and not request.htmx.boosted
    name = "access_requests/_offers.html" if is_part else "access_requests/catalogue.html"
    return render(request, name, shown)


@permission_required("me.view")
@require_safe
def standings(request: ActorRequest) -> HttpResponse:
    """What of the same page the reader has, or asked for already."""
    shown = ShownForm(request.GET).things()
    found = catalogue_pages.standings(shown, actor=request.actor)
    return render(request, "access_requests/_standings.html", {"standings": found})


@permission_required("requests.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What is decided about one thing in the catalogue."""
    role = request.GET.get("role", "")
    thing = catalogue_pages.thing(ref, role, actor=request.actor)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        policies=catalogue_pages.policies_to_choose(actor=request.actor),
        initial=catalogue_pages.initial_of(thing),
    )
    if form.is_valid():
        with told_on(form, field="title"):
            set_catalogue_entry(resource=ref, role=role, changes=form.words(), actor=request.actor)
            messages.success(request, "Saved")
            return redirect("access_requests:catalogue")
    shown = catalogue_pages.entry_page(thing) | {"form": form}
    return render(request, "access_requests/entry.html", shown, status=422 if form.errors else 200)


@permission_required("requests.manage")
@require_safe
def policies(request: ActorRequest) -> HttpResponse:
    """Who approves what, the groups that approve, and a place to try both."""
    shown = policy_pages.policies_page(actor=request.actor)
    return render(request, "access_requests/policies.html", shown)


@permission_required("requests.manage")
@require_safe
def try_it(request: ActorRequest) -> HttpResponse:
    """Where one asks whom a request would be put to, on the same page."""
    form = TryForm(things=policy_pages.things(actor=request.actor))
    return render(request, "access_requests/_try.html", {"try_form": form})


@permission_required("requests.manage")
@require_safe
def tried(request: ActorRequest) -> HttpResponse:
    """Whom a request would be put to, in a sentence."""
    form = TryForm(request.GET, things=policy_pages.things(actor=request.actor))
    said = form.cleaned_data if form.is_valid() else {}
    shown = policy_pages.tried(said, actor=request.actor)
    return render(request, "access_requests/_tried.html", shown)


@permission_required("requests.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: ActorRequest, ref: UUID | None = None) -> HttpResponse:
    """One policy, or a new one."""
    policy = policy_pages.policy_of(ref, actor=request.actor)
    form = _policy_form(policy, request)
    if form.is_valid():
        with told_on(form, field="name"):
            save_policy(ref=ref, words=form.words(actor=request.actor), actor=request.actor)
            messages.success(request, "Saved: it counts for the next request")
            return redirect("access_requests:policies")
    shown = {"form": form, "policy": policy}
    return render(request, "access_requests/policy.html", shown, status=422 if form.errors else 200)


@permission_required("requests.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: ActorRequest, ref: UUID | None = None) -> HttpResponse:
    """People who approve for one another, or a new such group."""
    group = policy_pages.group_of(ref, actor=request.actor)
    data = request.POST if request.method == "POST" else None
    form = GroupForm(data, initial=policy_pages.members_of(group))
    if form.is_valid():
        with told_on(form, field="people"):
            name = form.cleaned_data["name"]
            save_approver_group(ref=ref, name=name, people=form.emails(), actor=request.actor)
            messages.success(request, "Saved")
            return redirect("access_requests:policies")
    shown = {"form": form, "group": group}
    return render(request, "access_requests/group.html", shown, status=422 if form.errors else 200)


def _policy_form(policy: ApprovalPolicy | None, request: ActorRequest) -> PolicyForm:
    return PolicyForm(
        request.POST if request.method == "POST" else None,
        groups=policy_pages.groups_to_choose(actor=request.actor),
        steps=policy_pages.steps_of(policy),
        initial=policy_pages.initial_of(policy),
    )
