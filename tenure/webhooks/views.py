"""Settings, Webhooks: programs that are told what happens."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated
from tenure.webhooks import queries
from tenure.webhooks.forms import EndpointForm
from tenure.webhooks.operations.add_webhook_endpoint import add_webhook_endpoint
from tenure.webhooks.operations.remove_webhook_endpoint import remove_webhook_endpoint
from tenure.webhooks.operations.retry_webhook_delivery import retry_webhook_delivery
from tenure.webhooks.operations.switch_webhook_endpoint import switch_webhook_endpoint
from tenure.webhooks.operations.try_webhook_endpoint import try_webhook_endpoint
from tenure.webhooks.wording import delivery_lines, endpoint_line, endpoint_lines


@permission_required("settings.manage")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    lines = endpoint_lines(queries.endpoints(actor=request.actor))
    return render(request, "webhooks/endpoints.html", {"lines": lines})


@permission_required("settings.manage")
@reauthenticated
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        with told_on(form, field="url"):
            endpoint, secret = add_webhook_endpoint(**form.given(), actor=request.actor)
            shown = {"endpoint": endpoint, "secret": secret}
            return render(request, "webhooks/endpoint_added.html", shown)
    status = 422 if form.errors else 200
    return render(request, "webhooks/new_endpoint.html", {"form": form}, status=status)


@permission_required("settings.manage")
@require_safe
def endpoint(request: ActorRequest, ref: UUID) -> HttpResponse:
    known = queries.endpoint_by_ref(ref, actor=request.actor)
    deliveries = delivery_lines(queries.recent_deliveries(known, actor=request.actor))
    shown = {"endpoint": known, "line": endpoint_line(known), "deliveries": deliveries}
    return render(request, "webhooks/endpoint.html", shown)


@permission_required("settings.manage")
@require_POST
def test(request: ActorRequest, ref: UUID) -> HttpResponse:
    try_webhook_endpoint(ref=ref, actor=request.actor)
    messages.success(request, "A test event is on its way; reload to see how it went")
    return redirect("webhooks:endpoint", ref)


@permission_required("settings.manage")
@reauthenticated
@require_POST
def switch(request: ActorRequest, ref: UUID) -> HttpResponse:
    on = request.POST.get("to") == "on"
    switched = switch_webhook_endpoint(ref=ref, on=on, actor=request.actor)
    messages.success(request, f"{switched.name} is {'on' if on else 'off'}")
    return redirect("webhooks:endpoint", ref)


@permission_required("settings.manage")
@reauthenticated
@require_POST
def remove(request: ActorRequest, ref: UUID) -> HttpResponse:
    name = remove_webhook_endpoint(ref=ref, actor=request.actor)
    messages.success(request, f"{name} is removed, with its secret")
    return redirect("webhooks:endpoints")


@permission_required("settings.manage")
@require_POST
def retry(request: ActorRequest, ref: UUID) -> HttpResponse:
    delivery = retry_webhook_delivery(ref=ref, actor=request.actor)
    messages.success(request, "The event is on its way again; reload to see how it went")
    return redirect("webhooks:endpoint", delivery.endpoint.ref)
