"""Saying the same of one account or of several that were chosen: whose they are, or what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from tenure.inventory import queries
from tenure.inventory.forms import LinkForm, MarkForm
from tenure.inventory.operations.link_chosen_accounts import link_chosen_accounts
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.mark_accounts import mark_accounts
from tenure.inventory.showing import said_so_far
from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import safe_next


@permission_required("accounts.link")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: ActorRequest) -> HttpResponse:
    refs, form = _refs(request), LinkForm(request.POST or None)
    if form.is_valid():
        with told_on(form, field="email"):
            person = link_chosen_accounts(
                account_refs=refs, actor=request.actor, **form.cleaned_data
            )
            messages.success(request, f"Linked {quantity(len(refs), 'account')} to {person}")
            return _back(request, refs)
    return _page(request, "inventory/link_chosen.html", form, refs)


@permission_required("accounts.mark")
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: ActorRequest) -> HttpResponse:
    refs, marked_as = _refs(request), _asked(request, "as") or "person"
    so_far = said_so_far(refs, actor=request.actor)
    form = MarkForm(marked_as, request.POST or None, initial=so_far)
    if request.method == "POST" and form.is_valid():
        with told_on(form):
            if len(refs) == 1:
                mark_account(account_ref=refs[0], said=form.said, actor=request.actor)
            else:
                mark_accounts(account_refs=refs, said=form.said, actor=request.actor)
            said = MarkForm.MARKS[form.marked_as].lower()
            messages.success(request, f"Marked {quantity(len(refs), 'account')}: {said}")
            return _back(request, refs)
    return _page(request, "inventory/mark.html", form, refs, marks=_marks(refs, form.marked_as))


def _refs(request: ActorRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("ref") or request.GET.getlist("ref")))


def _asked(request: ActorRequest, name: str) -> str:
    return str(request.POST.get(name) or request.GET.get(name, ""))


def _page(
    request: ActorRequest,
    template: str,
    form: Form,
    refs: list[str],
    **shown: Any,  # noqa: ANN401 - a context
) -> HttpResponse:
    chosen = queries.chosen_accounts(refs, actor=request.actor)
    context = {"form": form, "chosen": chosen, "back": _next(request), **shown}
    return render(request, template, context, status=422 if form.errors else 200)


def _next(request: ActorRequest) -> str:
    return safe_next(request, _asked(request, "next"), default=reverse("inventory:accounts"))


def _back(request: ActorRequest, refs: list[str]) -> HttpResponseRedirect:
    """To the list the accounts were chosen from, or to the one account."""
    if len(refs) == 1 and not _asked(request, "next"):
        return redirect("inventory:account", refs[0])
    return redirect(_next(request))


def _marks(refs: list[str], marked_as: str) -> list[dict[str, object]]:
    """What accounts may be marked as, as links to the form that asks for it."""
    return [
        {
            "label": label,
            "url": "?" + urlencode({"as": name, "ref": refs}, doseq=True),
            "current": name == marked_as,
        }
        for name, label in MarkForm.MARKS.items()
    ]
