from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from tenure.audit import queries
from tenure.audit.forms import EventFilterForm
from tenure.audit.operations.export_audit_log import export_audit_log
from tenure.lib.clock import now
from tenure.lib.web import ActorRequest


@require_safe
def audit_log(request: ActorRequest) -> HttpResponse:
    form = EventFilterForm(request.GET)
    context: dict[str, object] = {"form": form, "chain": queries.chain_state(actor=request.actor)}
    if not form.is_valid():
        return render(request, "audit/log.html", context, status=422)
    chosen = form.chosen()
    context["page"] = queries.events(actor=request.actor, chosen=chosen, before=form.before_event())
    context["download"] = f"?{urlencode(chosen.said)}"
    return render(request, "audit/log.html", context)


@require_POST
def export(request: ActorRequest) -> HttpResponseBase:
    """A POST, because handing out the log is itself recorded."""
    form = EventFilterForm(request.GET)
    if not form.is_valid():
        return render(request, "audit/log.html", {"form": form}, status=422)
    lines = export_audit_log(actor=request.actor, chosen=form.chosen())
    name = f"tenure-audit-{now():%Y-%m-%d}.jsonl"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="application/jsonl", headers=disposition)


for _view in (audit_log, export):
    # Read by the actor middleware, which refuses a view that declares nothing.
    _view.tenure_permission = "audit.view"  # type: ignore[attr-defined] # views are functions
