"""Campaigns: the list, putting one together, and what becomes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.reviews import drafting, pages, queries
from tenure.reviews.forms import (
    CampaignForm,
    CountsForm,
    ListForm,
    NoteForm,
    OverrideForm,
    ReasonForm,
    ReassignForm,
)
from tenure.reviews.operations.cancel_campaign import cancel_campaign
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.duplicate_campaign import duplicate_campaign
from tenure.reviews.operations.edit_campaign import edit_campaign
from tenure.reviews.operations.open_campaign import open_campaign
from tenure.reviews.operations.reassign_review_items import reassign_review_items
from tenure.reviews.operations.remind_reviewers import remind_reviewers
from tenure.reviews.operations.sign_off_campaign import sign_off_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.operations.unstage_campaign import unstage_campaign
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated


@permission_required("me.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    form = ListForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    shown = pages.list_page(said.get("show", ""), said.get("cursor", ""), actor=request.actor)
    return render(request, "reviews/campaigns.html", shown)


@permission_required("me.view")
@require_safe
def tasks(request: ActorRequest) -> HttpResponse:
    """What waits for the reader and what runs, for the page of their tasks; or nothing."""
    return render(request, "reviews/_tasks.html", pages.tasks_of(request.actor))


@permission_required("reviews.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    form = _form(request, {})
    if form.is_valid():
        with told_on(form):
            campaign = create_campaign(settings=form.settings(), actor=request.actor)
            return redirect("reviews:campaign", ref=campaign.ref)
    return render(
        request, "reviews/builder.html", {"form": form}, status=422 if form.errors else 200
    )


@permission_required("reviews.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, ref: UUID) -> HttpResponse:
    campaign = queries.campaign_by_ref(ref, actor=request.actor)
    zone = ZoneInfo(settings.TENURE_TIME_ZONE)
    form = _form(request, drafting.initial_of(campaign, zone=zone))
    if form.is_valid():
        with told_on(form):
            edit_campaign(ref=ref, settings=form.settings(), actor=request.actor)
            messages.success(request, "Saved")
            return redirect("reviews:campaign", ref=ref)
    shown = {"form": form, "campaign": campaign}
    return render(request, "reviews/builder.html", shown, status=422 if form.errors else 200)


@permission_required("reviews.manage")
@require_safe
def counts(request: ActorRequest) -> HttpResponse:
    """About how much a scope would hold, while it is being put together."""
    form = CountsForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    chosen, kinds = said.get("connections", []), said.get("kinds", [])
    shown = drafting.estimate(chosen, kinds, actor=request.actor)
    return render(request, "reviews/_estimate.html", shown)


@permission_required("me.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One campaign: what it would be about, is about, or was."""
    return _campaign_page(request, ref)


@permission_required("me.view")
@require_safe
def people(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Who decides, for the page of a campaign."""
    shown = pages.people_page(ref, actor=request.actor) | {"reassign_form": ReassignForm()}
    return render(request, "reviews/_people.html", shown)


@permission_required("me.view")
@require_safe
def work(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What is taken away, for the page of a campaign."""
    return render(request, "reviews/_work.html", pages.work_page(ref, actor=request.actor))


@permission_required("me.view")
@require_safe
def course(request: ActorRequest, ref: UUID) -> HttpResponse:
    """How it went day by day, and its sign-off, for the same page."""
    shown = pages.course_page(ref, actor=request.actor) | {"sign_off_form": NoteForm()}
    return render(request, "reviews/_course.html", shown)


@permission_required("reviews.manage")
@require_POST
def sync(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Read again what is in scope."""
    campaign = queries.campaign_by_ref(ref, actor=request.actor)
    for one in campaign.connections.all():
        request_sync(connection_ref=one.ref, actor=request.actor)
    messages.success(request, "It is read again: reload this page in a minute")
    return redirect("reviews:campaign", ref=ref)


@permission_required("reviews.manage")
@require_POST
def stage(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = OverrideForm(request.POST)
    if form.is_valid():
        with told_on(form, field="override_reason"):
            campaign = stage_campaign(ref=ref, actor=request.actor, **form.cleaned_data)
            rows = campaign.snapshot.rows if campaign.snapshot else 0
            messages.success(request, f"Staged: {quantity(rows, 'item')}")
            return redirect("reviews:campaign", ref=ref)
    return _campaign_page(request, ref, stage_form=form)


@permission_required("reviews.manage")
@require_POST
def unstage(request: ActorRequest, ref: UUID) -> HttpResponse:
    unstage_campaign(ref=ref, actor=request.actor)
    messages.success(request, "Taken back to a draft: its settings can be changed")
    return redirect("reviews:campaign", ref=ref)


@permission_required("reviews.manage")
@require_POST
def start(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = Form(request.POST)
    with told_on(form):
        open_campaign(ref=ref, actor=request.actor)
        messages.success(request, "Open: the reviewers are told")
        return redirect("reviews:campaign", ref=ref)
    return _campaign_page(request, ref, open_form=form)


@permission_required("reviews.manage")
@require_POST
def duplicate(request: ActorRequest, ref: UUID) -> HttpResponse:
    copy = duplicate_campaign(ref=ref, actor=request.actor)
    messages.success(request, "Drafted with the same settings")
    return redirect("reviews:edit", ref=copy.ref)


@permission_required("reviews.manage")
@require_POST
def cancel(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = ReasonForm(request.POST, prefix="cancel")
    if form.is_valid():
        with told_on(form, field="reason"):
            cancel_campaign(ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Cancelled: nothing comes of it")
            return redirect("reviews:campaign", ref=ref)
    return _campaign_page(request, ref, cancel_form=form)


@permission_required("reviews.manage")
@require_POST
def remind(request: ActorRequest, ref: UUID) -> HttpResponse:
    told = remind_reviewers(ref=ref, actor=request.actor)
    messages.success(request, f"Reminded: {quantity(told, 'reviewer')}, at most once an hour")
    return redirect("reviews:campaign", ref=ref)


@permission_required("reviews.manage")
@require_POST
def reassign(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Give all of a reviewer, or what nobody was found for, to somebody else."""
    form = ReassignForm(request.POST)
    if form.is_valid():
        with told_on(form, field="to"):
            number = reassign_review_items(
                campaign_ref=ref, actor=request.actor, **form.to_operation()
            )
            said = f"{quantity(number, 'item')} given to {form.cleaned_data['to']}"
            messages.success(request, said)
            return redirect("reviews:campaign", ref=ref)
    return _campaign_page(request, ref, reassign_form=form)


@permission_required("reviews.manage")
@reauthenticated
@require_POST
def sign_off(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        with told_on(form, field="note"):
            sign_off_campaign(ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Signed off")
            return redirect("reviews:campaign", ref=ref)
    return _campaign_page(request, ref, sign_off_form=form)


@permission_required("reviews.manage")
@reauthenticated
@require_POST
def close(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = Form(request.POST)
    with told_on(form):
        close_campaign(ref=ref, actor=request.actor)
        messages.success(request, "Closed: what was decided to go is taken away now")
        return redirect("reviews:campaign", ref=ref)
    return _campaign_page(request, ref, open_form=form)


def _form(request: ActorRequest, initial: dict[str, Any]) -> CampaignForm:
    connections = drafting.managed_connections(actor=request.actor)
    if not initial and len(connections) == 1:
        initial = {"connections": [str(connections[0].ref)]}
    return CampaignForm(
        request.POST if request.method == "POST" else None,
        connections=connections,
        zone=ZoneInfo(settings.TENURE_TIME_ZONE),
        initial=initial,
    )


def _campaign_page(request: ActorRequest, ref: UUID, **refused: Form) -> HttpResponse:
    """One campaign, with a form that was refused as it was typed."""
    forms = {
        "stage_form": OverrideForm(),
        "cancel_form": ReasonForm(prefix="cancel"),
        "sign_off_form": NoteForm(),
        **refused,
    }
    shown = pages.campaign_page(ref, actor=request.actor) | forms
    if "reassign_form" in refused:
        shown |= pages.people_page(ref, actor=request.actor)
    return render(request, "reviews/campaign.html", shown, status=422 if refused else 200)
