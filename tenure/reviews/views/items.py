"""Where reviewers decide: the table, one item, all of a filter, and their word for it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.reviews import working
from tenure.reviews.forms import (
    BulkForm,
    DecideForm,
    HandOnForm,
    ItemsForm,
    ReasonForm,
    SubmitForm,
    UndoForm,
)
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.decide_review_items import decide_review_items
from tenure.reviews.operations.reassign_review_items import reassign_review_items
from tenure.reviews.operations.submit_review import submit_review
from tenure.reviews.operations.undo_decision import undo_decision
from tenure.reviews.operations.waive_remediation import waive_remediation
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated, safe_next


@permission_required("me.view")
@require_safe
def items(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The table: a reviewer's own, or everybody's for who may see all of it."""
    shown = working.items_page(ref, ItemsForm(request.GET).asked(), actor=request.actor)
    if shown["reads_url"]:
        return redirect(shown["reads_url"])
    template = "reviews/_items.html" if request.htmx else "reviews/items.html"
    return render(request, template, shown)


@permission_required("me.view")
@require_safe
def item(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One item with all that is known of it, beside the table or as a page."""
    return _item_page(request, ref)


@permission_required("me.view")
@require_safe
def row(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One row as it stands now, for a table that showed an older one."""
    return _row(request, ref)


@permission_required("reviews.decide")
@require_POST
def decide(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Keep, remove or change. The table gets its row anew; what is refused says why in it."""
    form = DecideForm(request.POST)
    if form.is_valid():
        with told_on(form):
            decide_review_item(ref=ref, actor=request.actor, **form.cleaned_data)
    return _decided(request, ref, form)


@permission_required("reviews.decide")
@require_POST
def undo(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = UndoForm(request.POST)
    if form.is_valid():
        with told_on(form):
            undo_decision(ref=ref, actor=request.actor, **form.cleaned_data)
    return _decided(request, ref, form)


@permission_required("reviews.decide")
@require_POST
def hand_on(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Not mine: somebody else decides."""
    form = HandOnForm(request.POST)
    campaign = working.row_by_ref(ref, actor=request.actor).item.campaign
    if form.is_valid():
        with told_on(form, field="to"):
            reassign_review_items(
                campaign_ref=campaign.ref, items=[ref], actor=request.actor, **form.cleaned_data
            )
            messages.success(request, f"Handed on to {form.cleaned_data['to']}")
            return redirect("reviews:items", ref=campaign.ref)
    return _item_page(request, ref, hand_on_form=form)


@permission_required("reviews.manage")
@reauthenticated
@require_POST
def waive(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Leave it as it is although it was decided to go."""
    form = ReasonForm(request.POST)
    campaign = working.row_by_ref(ref, actor=request.actor).item.campaign
    if form.is_valid():
        with told_on(form, field="reason"):
            waive_remediation(item_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Waived: it stays, for the reason you gave")
            return redirect("reviews:campaign", ref=campaign.ref)
    return _item_page(request, ref, waive_form=form)


@permission_required("reviews.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One decision for all that is shown, after its exact number was confirmed."""
    asked = ItemsForm(request.GET).asked()
    form = BulkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_on(form, field="reason"):
            said = {"show": asked.show, "q": asked.q, **form.cleaned_data}
            number = decide_review_items(campaign_ref=ref, actor=request.actor, **said)
            messages.success(request, f"Decided: {quantity(number, 'item')}")
            return redirect("reviews:items", ref=ref)
    shown = working.bulk_page(ref, asked, actor=request.actor) | {"form": form}
    template = "reviews/_bulk.html" if request.htmx else "reviews/bulk.html"
    return render(request, template, shown, status=422 if form.errors else 200)


@permission_required("reviews.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What would be sealed, and the reviewer's word for it."""
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_on(form, field="attests"):
            submit_review(campaign_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Submitted: your decisions are sealed. Thank you")
            return redirect("reviews:items", ref=ref)
    shown = working.submit_page(ref, actor=request.actor) | {"form": form}
    template = "reviews/_submit.html" if request.htmx else "reviews/submit.html"
    return render(request, template, shown, status=422 if form.errors else 200)


def _decided(request: ActorRequest, ref: UUID, form: Form) -> HttpResponse:
    refused = str(next((said for some in form.errors.values() for said in some), ""))
    if request.htmx:
        return _row(request, ref, refused=refused)
    if refused:
        return _item_page(request, ref, refused=refused)
    shown = working.row_by_ref(ref, actor=request.actor).item
    back = reverse("reviews:items", args=[shown.campaign.ref])
    return redirect(safe_next(request, request.POST.get("next"), default=back))


def _row(request: ActorRequest, ref: UUID, *, refused: str = "") -> HttpResponse:
    shown = working.row_by_ref(ref, actor=request.actor, refused=refused)
    is_open = shown.item.campaign.state == shown.item.campaign.State.OPEN
    given = {"row": shown, "is_open": is_open, "campaign": shown.item.campaign}
    return render(request, "reviews/_row.html", given, status=422 if refused else 200)


def _item_page(
    request: ActorRequest, ref: UUID, *, refused: str = "", **refusals: Form
) -> HttpResponse:
    shown = working.item_page(ref, actor=request.actor, refused=refused)
    forms = {"hand_on_form": HandOnForm(), "waive_form": ReasonForm(), **refusals}
    template = "reviews/_item.html" if request.htmx else "reviews/item.html"
    status = 422 if refusals or refused else 200
    return render(request, template, shown | forms, status=status)
