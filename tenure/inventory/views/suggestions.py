"""The queue of suggestions: whose accounts might be."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tenure.inventory.listing import suggestion_list
from tenure.inventory.operations.confirm_links import confirm_links
from tenure.inventory.operations.reject_links import reject_links
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import safe_next


@permission_required("accounts.link")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    shown = suggestion_list(request.GET, actor=request.actor)
    return render(request, "inventory/suggestions.html", shown)


@permission_required("accounts.link")
@require_POST
def confirm(request: ActorRequest) -> HttpResponse:
    done = confirm_links(link_refs=request.POST.getlist("ref"), actor=request.actor)
    messages.success(request, f"Linked {quantity(len(done), 'account')}")
    return _back(request)


@permission_required("accounts.link")
@require_POST
def reject(request: ActorRequest) -> HttpResponse:
    done = reject_links(link_refs=request.POST.getlist("ref"), actor=request.actor)
    these = quantity(len(done), "suggestion")
    messages.success(request, f"Rejected {these}; they will not be made again")
    return _back(request)


def _back(request: ActorRequest) -> HttpResponseRedirect:
    """To the queue with its filter, from its beginning."""
    queue = reverse("inventory:suggestions")
    return redirect(safe_next(request, request.POST.get("next"), default=queue))
