"""Accounts: the list, one account, and whom it belongs to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from tenure.inventory import queries
from tenure.inventory.forms import LinkForm, UnlinkForm
from tenure.inventory.listing import account_list
from tenure.inventory.operations.confirm_link import confirm_link
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.reject_link import reject_link
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.showing import account_context, told_history_of_account
from tenure.inventory.views.lists import list_page
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import safe_next


@permission_required("accounts.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    return list_page(request, "accounts", account_list(request.GET, actor=request.actor))


@permission_required("accounts.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One account: a page, or the panel beside the list."""
    return _account_page(request, ref)


@permission_required("accounts.view")
@require_safe
def history(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What happened to an account, with who did it as far as the provider's log tells."""
    shown = told_history_of_account(ref, actor=request.actor)
    return render(request, "inventory/_history.html", {"history": shown})


@permission_required("accounts.link")
@require_POST
def link(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = LinkForm(request.POST)
    if form.is_valid():
        with told_on(form, field="email"):
            done = link_account(account_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, f"Linked to {done.person}")
            return _back(request, ref)
    return _account_page(request, ref, link_form=form)


@permission_required("accounts.link")
@require_POST
def unlink(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = UnlinkForm(request.POST)
    if form.is_valid():
        with told_on(form, field="reason"):
            done = unlink_account(account_ref=ref, actor=request.actor, **form.cleaned_data)
            messages.success(request, f"No longer linked to {done.person}")
            return _back(request, ref)
    return _account_page(request, ref, unlink_form=form)


@permission_required("accounts.link")
@require_POST
def confirm(request: ActorRequest, ref: UUID, link_ref: UUID) -> HttpResponse:
    done = confirm_link(link_ref=link_ref, actor=request.actor)
    messages.success(request, f"Linked to {done.person}")
    return _back(request, ref)


@permission_required("accounts.link")
@require_POST
def reject(request: ActorRequest, ref: UUID, link_ref: UUID) -> HttpResponse:
    done = reject_link(link_ref=link_ref, actor=request.actor)
    messages.success(request, f"{done.person} will not be suggested for this account again")
    return _back(request, ref)


@permission_required("accounts.view")
@require_POST
def undo(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The last word about it; which permission that takes depends on what it was."""
    done = undo_account_word(account_ref=ref, actor=request.actor)
    messages.success(request, f"Undone: {done.get_said_display().lower()}")
    return _back(request, ref)


@permission_required("people.view")
@require_safe
def possible_people(request: ActorRequest) -> HttpResponse:
    """People whose name or address holds what is typed, as options of the field."""
    typed = str(next(iter(request.GET.values()), ""))
    found = queries.people_to_choose(typed, actor=request.actor)
    return render(request, "inventory/_person_options.html", {"people": found})


def _account_page(request: ActorRequest, ref: UUID, **refused: Form) -> HttpResponse:
    """The account, whole or as a panel; with a form that was refused, as it was typed."""
    account, links = queries.account_by_ref(ref, actor=request.actor)
    forms = {"link_form": LinkForm(), "unlink_form": UnlinkForm(), **refused}
    shown = account_context(account, links, actor=request.actor) | forms
    template = "inventory/_account.html" if request.htmx else "inventory/account.html"
    answer = render(request, template, shown, status=422 if refused else 200)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _back(request: ActorRequest, ref: UUID) -> HttpResponseRedirect:
    """To where the decision was made: the list with its filter, or the account's own page."""
    own = reverse("inventory:account", args=[ref])
    came_from = safe_next(request, request.headers.get("Referer"), default=own)
    is_list = came_from.partition("?")[0] == reverse("inventory:accounts")
    return redirect(came_from if is_list else own)
