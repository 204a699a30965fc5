"""Findings: the work list, one of them, and what people do about them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.compliance import choosing, pages
from tenure.compliance.forms import AssignForm, ExemptForm, NoteForm, ReasonForm, WorkForm
from tenure.compliance.operations.assign_findings import assign_findings
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.note_finding import note_finding
from tenure.compliance.operations.withdraw_exemption import withdraw_exemption
from tenure.compliance.worklist import work_list
from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("findings.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    form = WorkForm(request.GET)
    shown = work_list(form.cleaned_data if form.is_valid() else {}, actor=request.actor)
    return render(request, "compliance/findings.html", shown)


@permission_required("findings.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    return _finding_page(request, ref)


@permission_required("findings.exempt")
@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request: ActorRequest) -> HttpResponse:
    """Which findings is in the address; as what, why and until when is asked here."""
    chosen = choosing.chosen_findings(request.GET.getlist("ref"), actor=request.actor)
    form = ExemptForm(request.POST or None, initial={"kind": "accepted"})
    if form.is_valid():
        with told_on(form):
            refs = [one.finding.ref for one in chosen]
            done = exempt_findings(finding_refs=refs, actor=request.actor, **form.cleaned_data)
            until = form.cleaned_data["until"]
            said = f"{quantity(len(done), 'finding')} exempted to {until.day} {until:%b %Y}"
            messages.success(request, said)
            return redirect(choosing.back_to(chosen))
    shown = {"form": form, "chosen": chosen, "back": choosing.back_to(chosen)}
    return render(request, "compliance/exempt.html", shown, status=422 if form.errors else 200)


@permission_required("findings.assign")
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: ActorRequest) -> HttpResponse:
    """Which findings is in the address; who works on them is asked here."""
    chosen = choosing.chosen_findings(request.GET.getlist("ref"), actor=request.actor)
    people = choosing.colleague_choices(actor=request.actor)
    form = AssignForm(request.POST if request.method == "POST" else None, colleagues=people)
    if form.is_valid():
        with told_on(form, field="owner"):
            refs, email = [one.finding.ref for one in chosen], form.cleaned_data["owner"]
            done = assign_findings(finding_refs=refs, owner_email=email, actor=request.actor)
            to = done[0].owner or "nobody"
            messages.success(request, f"{quantity(len(done), 'finding')} given to {to}")
            return redirect(choosing.back_to(chosen))
    shown = {"form": form, "chosen": chosen, "back": choosing.back_to(chosen)}
    return render(request, "compliance/assign.html", shown, status=422 if form.errors else 200)


@permission_required("findings.exempt")
@require_POST
def withdraw(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        with told_on(form, field="reason"):
            withdraw_exemption(finding_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, "The exemption is withdrawn: the finding is open again")
            return redirect("compliance:finding", ref=ref)
    return _finding_page(request, ref, withdraw_form=form)


@permission_required("findings.note")
@require_POST
def note(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        with told_on(form, field="text"):
            note_finding(finding_ref=ref, actor=request.actor, **form.cleaned_data)
            return redirect("compliance:finding", ref=ref)
    return _finding_page(request, ref, note_form=form)


def _finding_page(request: ActorRequest, ref: UUID, **refused: object) -> HttpResponse:
    """The finding; with a form that was refused, as it was typed."""
    forms = {"withdraw_form": ReasonForm(), "note_form": NoteForm(), **refused}
    shown = pages.finding_page(str(ref), actor=request.actor) | forms
    return render(request, "compliance/finding.html", shown, status=422 if refused else 200)
