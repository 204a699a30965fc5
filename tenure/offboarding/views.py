"""Leavers: the list of cases, one of them, and what people decide about it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.offboarding import opening, pages, queries, rehearsing
from tenure.offboarding.forms import (
    AddForm,
    ApproveForm,
    ChooseForm,
    ListForm,
    OpenForm,
    ReasonForm,
)
from tenure.offboarding.models import OffboardingItem
from tenure.offboarding.operations.add_item import add_item
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.plan_case import plan_case
from tenure.offboarding.operations.rehearse_case import rehearse_case
from tenure.offboarding.operations.reset_case import reset_case
from tenure.people import queries as people_queries
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated


@permission_required("offboarding.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    form = ListForm(request.GET)
    shown = pages.list_page(form.cleaned_data if form.is_valid() else {}, actor=request.actor)
    return render(request, "offboarding/cases.html", shown)


@permission_required("offboarding.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """Offboard somebody: whom may be in the address; when and who takes over is asked here."""
    start = {"person": request.GET.get("person", ""), "when": "now"}
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        zone=ZoneInfo(settings.TENURE_TIME_ZONE),
        initial=start,
    )
    if form.is_valid():
        with told_on(form, field="person"):
            case = opening.open_as_said(form, actor=request.actor)
            return redirect("offboarding:case", ref=case.ref)
    return render(
        request, "offboarding/new.html", {"form": form}, status=422 if form.errors else 200
    )


@permission_required("offboarding.view")
@require_safe
def of_person(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The button on a person's page: their open case, or the way to one."""
    person = people_queries.person_by_ref(ref, actor=request.actor)
    shown = {
        "person": person,
        "case": queries.open_case_of(person, actor=request.actor),
        "may_manage": request.actor.may("offboarding.manage"),
    }
    return render(request, "offboarding/_of_person.html", shown)


@permission_required("offboarding.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One case, live while it is under way: the page, or the part of it that changes."""
    return _case_page(request, ref)


@permission_required("offboarding.manage")
@require_POST
def plan(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Look again for everything there is."""
    plan_case(ref=ref, actor=request.actor)
    messages.success(request, "Everything was looked for again")
    return redirect("offboarding:case", ref=ref)


@permission_required("offboarding.manage")
@require_POST
def choose(request: ActorRequest, ref: UUID, item: UUID) -> HttpResponse:
    """Decide about one item; htmx gets the case as it is then."""
    case = queries.case_by_ref(ref, actor=request.actor)
    form = ChooseForm(queries.item_of(case, item, actor=request.actor), request.POST)
    if form.is_valid():
        with told_on(form, field="action"):
            opening.choose_as_said(item, form, actor=request.actor)
            return _case_page(request, ref) if request.htmx else redirect(pages.case_url(case))
    return _case_page(request, ref, refused={str(item): form})


@permission_required("offboarding.manage")
@require_POST
def add(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Something that Tenure cannot see."""
    form = AddForm(request.POST)
    if form.is_valid():
        with told_on(form, field="label"):
            add_item(case_ref=ref, actor=request.actor, **form.cleaned_data)
            return redirect("offboarding:case", ref=ref)
    return _case_page(request, ref, add_form=form)


@permission_required("offboarding.manage")
@require_POST
def rehearse(request: ActorRequest, ref: UUID) -> HttpResponse:
    """A dry run: the page, whose rows then ask one by one what would happen."""
    rehearse_case(ref=ref, actor=request.actor)
    return _case_page(request, ref, is_rehearsing=True)


@permission_required("offboarding.manage")
@require_POST
def rehearse_one(request: ActorRequest, ref: UUID, item: UUID) -> HttpResponse:
    """What would happen to one item, by reading it at the provider."""
    case = queries.case_by_ref(ref, actor=request.actor)
    found = queries.item_of(case, item, actor=request.actor)
    said = rehearsing.rehearse(found, case, actor=request.actor)
    return render(request, "offboarding/_rehearsed.html", {"said": said})


@permission_required("offboarding.manage")
@reauthenticated
@require_POST
def approve(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Let go what was shown. What has changed since is kept, so that the page shows it."""
    plan_case(ref=ref, actor=request.actor)
    form = ApproveForm(request.POST)
    if form.is_valid():
        with told_on(form):
            approve_case(ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Approved: Tenure is at work on it")
            return redirect("offboarding:case", ref=ref)
    return _case_page(request, ref, approve_form=form)


@permission_required("offboarding.manage")
@require_POST
def cancel(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = ReasonForm(request.POST, prefix="cancel")
    if form.is_valid():
        with told_on(form, field="reason"):
            cancel_case(ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Cancelled: nothing was changed")
            return redirect("offboarding:case", ref=ref)
    return _case_page(request, ref, cancel_form=form)


@permission_required("offboarding.manage")
@require_POST
def reset(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Plan it anew: what is verified stays so."""
    form = ReasonForm(request.POST, prefix="reset")
    if form.is_valid():
        with told_on(form, field="reason"):
            reset_case(ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Planned anew: what is verified stays so")
            return redirect("offboarding:case", ref=ref)
    return _case_page(request, ref, reset_form=form)


def _case_page(
    request: ActorRequest,
    ref: UUID,
    *,
    refused: dict[str, ChooseForm] | None = None,
    is_rehearsing: bool = False,
    **forms: Form,
) -> HttpResponse:
    """The case, whole or the part that changes; with a form that was refused, as it was typed."""
    template = "offboarding/_case.html" if request.htmx else "offboarding/case.html"

    def form_of(item: OffboardingItem) -> ChooseForm:
        return (refused or {}).get(str(item.ref)) or ChooseForm(item)

    shown = pages.case_page(ref, form_of=form_of, is_rehearsing=is_rehearsing, actor=request.actor)
    usual = {
        "add_form": AddForm(),
        "cancel_form": ReasonForm(prefix="cancel"),
        "reset_form": ReasonForm(prefix="reset"),
    }
    status = 422 if refused or forms else 200
    return render(request, template, shown | usual | forms, status=status)
