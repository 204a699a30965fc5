"""Operations: the list, one of them, the brake, and what people do about them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.provisioning import pages, queries
from tenure.provisioning.files import attached
from tenure.provisioning.filters import Asked
from tenure.provisioning.forms import AssignForm, CancelForm, ListForm, ProofForm, ReasonForm
from tenure.provisioning.operations.approve_operation import approve_operation
from tenure.provisioning.operations.assign_operation import assign_operation
from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.provisioning.operations.check_operation import check_operation
from tenure.provisioning.operations.override_operation import override_operation
from tenure.provisioning.operations.prove_operation import prove_operation
from tenure.provisioning.operations.release_brake import release_brake
from tenure.provisioning.operations.retry_operation import retry_operation
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated, safe_next


@permission_required("provisioning.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    form = ListForm(request.GET)
    shown = pages.list_page(form.cleaned_data if form.is_valid() else {}, actor=request.actor)
    return render(request, "provisioning/operations.html", shown)


@permission_required("me.view")
@require_safe
def tasks(request: ActorRequest) -> HttpResponse:
    """What waits for the reader, for the page that shows their tasks; empty where nothing does."""
    return render(request, "provisioning/_tasks.html", {"lines": pages.tasks_of(request.actor)})


@permission_required("provisioning.view")
@require_safe
def of(request: ActorRequest) -> HttpResponse:
    """The newest of one person or account, for their page."""
    form = ListForm(request.GET)
    asked = Asked(**form.cleaned_data) if form.is_valid() else Asked()
    shown = pages.operations_of(asked, actor=request.actor)
    return render(request, "provisioning/_of.html", shown)


@permission_required("me.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One operation: whoever may see it, and whoever it was given to by hand."""
    return _operation_page(request, ref)


@permission_required("me.view")
@require_safe
def steps(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What was sent and seen, for a page that shows the operation beside others."""
    shown = pages.operation_page(ref, actor=request.actor)
    return render(request, "provisioning/_steps.html", shown)


@permission_required("provisioning.approve")
@reauthenticated
@require_POST
def approve(request: ActorRequest, ref: UUID) -> HttpResponse:
    approve_operation(ref=ref, actor=request.actor)
    return _done(request, ref, "Approved: Tenure goes on with it")


@permission_required("provisioning.run")
@reauthenticated
@require_POST
def retry(request: ActorRequest, ref: UUID) -> HttpResponse:
    retry_operation(ref=ref, actor=request.actor)
    return _done(request, ref, "It is tried again, beginning with a read")


@permission_required("provisioning.run")
@require_POST
def cancel(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = CancelForm(request.POST)
    if form.is_valid():
        with told_on(form, field="reason"):
            cancel_operation(ref=ref, actor=request.actor, **form.cleaned_data)
            return _done(request, ref, "Cancelled: nothing is sent")
    return _operation_page(request, ref, cancel_form=form)


@permission_required("provisioning.approve")
@reauthenticated
@require_POST
def override(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        with told_on(form, field="reason"):
            override_operation(ref=ref, actor=request.actor, **form.cleaned_data)
            return _done(request, ref, "Overridden: it is left as it is")
    return _operation_page(request, ref, override_form=form)


@permission_required("provisioning.run")
@require_POST
def assign(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = AssignForm(request.POST)
    if form.is_valid():
        with told_on(form, field="email"):
            one = assign_operation(ref=ref, actor=request.actor, **form.cleaned_data)
            return _done(request, ref, f"Given to {one.assignee}")
    return _operation_page(request, ref, assign_form=form)


@permission_required("me.view")
@require_POST
def prove(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Whoever was given it says that it is done."""
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        with told_on(form, field="shown_by"):
            note, files = form.cleaned_data["note"], form.proofs()
            prove_operation(ref=ref, note=note, files=files, actor=request.actor)
            return _done(request, ref, "Done: another person or the next sync checks it")
    return _operation_page(request, ref, proof_form=form)


@permission_required("provisioning.run")
@reauthenticated
@require_POST
def check(request: ActorRequest, ref: UUID) -> HttpResponse:
    check_operation(ref=ref, actor=request.actor)
    return _done(request, ref, "Checked: it is verified")


@permission_required("me.view")
@require_safe
def proof(request: ActorRequest, ref: UUID) -> FileResponse:
    """A file that shows what was done by hand."""
    return attached(queries.proof_by_ref(ref, actor=request.actor))


@permission_required("provisioning.view")
@require_safe
def brake(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The brake of a connection: its page, or the panel on the connection's."""
    template = "provisioning/_brake.html" if request.htmx else "provisioning/brake.html"
    return render(request, template, pages.brake_page(ref, actor=request.actor))


@permission_required("provisioning.approve")
@reauthenticated
@require_POST
def release(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Let all that waits pass, or one batch of it."""
    batch = request.POST.get("batch") or None
    done = release_brake(connection_ref=ref, batch=batch, actor=request.actor)
    messages.success(request, f"Released: {quantity(done.count, 'removal')} may pass the brake")
    return redirect("provisioning:brake", ref=ref)


def _operation_page(request: ActorRequest, ref: UUID, **refused: Form) -> HttpResponse:
    """The operation, whole or the part that changes; with a form that was refused, as typed."""
    forms = {
        "cancel_form": CancelForm(),
        "override_form": ReasonForm(),
        "assign_form": AssignForm(),
        "proof_form": ProofForm(),
        **refused,
    }
    template = "provisioning/_operation.html" if request.htmx else "provisioning/operation.html"
    shown = pages.operation_page(ref, actor=request.actor) | forms
    return render(request, template, shown, status=422 if refused else 200)


def _done(request: ActorRequest, ref: UUID, said: str) -> HttpResponseRedirect:
    """Back to the page it was done on."""
    messages.success(request, said)
    here = reverse("provisioning:operation", args=[ref])
    return redirect(safe_next(request, request.POST.get("next"), default=here))
