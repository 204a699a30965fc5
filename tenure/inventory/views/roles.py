"""Roles: the catalogues of the organization and its projects, and one role with its holders."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.inventory import queries
from tenure.inventory.roles import role_context, role_list
from tenure.inventory.views.lists import list_page
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("accounts.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    return list_page(request, "roles", role_list(request.GET, actor=request.actor))


@permission_required("accounts.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One role: what it lets its holder do, and who that is."""
    role, changes = queries.role_by_ref(ref, actor=request.actor)
    shown = role_context(role, changes, request.GET, actor=request.actor)
    return render(request, "inventory/role.html", shown)
