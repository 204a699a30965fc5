"""Keys: the list, and one key with what it can reach and what happened to it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.inventory import queries
from tenure.inventory.credentials import (
    credential_context,
    credential_list,
    holds_context,
    told_history_of_credential,
)
from tenure.inventory.views.lists import list_page
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("accounts.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    return list_page(request, "credentials", credential_list(request.GET, actor=request.actor))


@permission_required("accounts.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One key: whose it is, what it reaches, how that is known."""
    key, changes = queries.credential_by_ref(ref, actor=request.actor)
    shown = credential_context(key, changes, actor=request.actor)
    return render(request, "inventory/credential.html", shown)


@permission_required("accounts.view")
@require_safe
def history(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What happened to a key, with who did it as far as the provider's log tells."""
    key, changes = queries.credential_by_ref(ref, actor=request.actor)
    shown = told_history_of_credential(key, changes, actor=request.actor)
    return render(request, "inventory/_history.html", {"history": shown})


@permission_required("accounts.view")
@require_safe
def of_account(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The block of keys and groups on the page of an account, which has no query to spare."""
    account, _ = queries.account_by_ref(ref, actor=request.actor)
    shown = holds_context([account], actor=request.actor)
    return render(request, "inventory/_keys_and_groups.html", shown)


@permission_required("people.view")
@require_safe
def of_person(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The same of everything that is a person's."""
    accounts = queries.accounts_of_person(ref, actor=request.actor)
    shown = holds_context(accounts, actor=request.actor)
    return render(request, "inventory/_keys_and_groups.html", shown)
