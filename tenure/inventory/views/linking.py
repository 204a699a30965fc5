"""How linking reads addresses: the domains that ignore a part of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tenure.inventory import queries
from tenure.inventory.forms import LinkingDomainForm
from tenure.inventory.operations.remove_linking_domain import remove_linking_domain
from tenure.inventory.operations.set_linking_domain import set_linking_domain
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("settings.view")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ActorRequest) -> HttpResponse:
    """The domains there are, and one to add; adding takes `settings.manage`."""
    form = LinkingDomainForm(request.POST or None)
    if form.is_valid():
        with told_on(form, field="name"):
            made = set_linking_domain(actor=request.actor, **form.cleaned_data)
            messages.success(request, f"{made} is set; accounts are being looked at again")
            return redirect("inventory:linking")
    may_manage = request.actor.may("settings.manage")
    domains = queries.linking_domains(actor=request.actor)
    shown = {"form": form, "domains": domains, "may_manage": may_manage}
    return render(request, "inventory/linking.html", shown, status=422 if form.errors else 200)


@permission_required("settings.manage")
@require_POST
def remove(request: ActorRequest, ref: UUID) -> HttpResponse:
    gone = remove_linking_domain(domain_ref=ref, actor=request.actor)
    messages.success(request, f"{gone} is removed; links that were made stay")
    return redirect("inventory:linking")
