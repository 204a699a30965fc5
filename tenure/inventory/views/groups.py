"""Groups: the list, and one group with everybody in it and what that gives them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.inventory import queries
from tenure.inventory.groups import group_context, group_list, told_history_of_group
from tenure.inventory.views.lists import list_page
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("accounts.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    return list_page(request, "groups", group_list(request.GET, actor=request.actor))


@permission_required("accounts.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One group: who is in it, what it gives, what happened to it."""
    group, changes = queries.group_by_ref(ref, actor=request.actor)
    shown = group_context(group, changes, request.GET, actor=request.actor)
    return render(request, "inventory/group.html", shown)


@permission_required("accounts.view")
@require_safe
def history(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What happened to a group, with who did it as far as the provider's log tells."""
    group, changes = queries.group_by_ref(ref, actor=request.actor)
    shown = told_history_of_group(group, changes, actor=request.actor)
    return render(request, "inventory/_history.html", {"history": shown})
