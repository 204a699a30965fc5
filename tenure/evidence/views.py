"""Bundles of evidence: the list, one of them, making one, and the key that signs them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.evidence import pages
from tenure.evidence.answering import sent
from tenure.evidence.forms import BundleForm, ListForm
from tenure.evidence.kinds import kinds
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.operations.download_bundle import download_bundle
from tenure.evidence.operations.rotate_key import rotate_key
from tenure.evidence.publishing import published
from tenure.lib.errors import NotFound
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required, public
from tenure.users.reauthentication import reauthenticated


@permission_required("evidence.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    form = ListForm(request.GET)
    cursor = form.cleaned_data["cursor"] if form.is_valid() else ""
    template = "evidence/_list.html" if request.htmx else "evidence/list.html"
    return render(request, template, pages.list_page(cursor, actor=request.actor))


@permission_required("evidence.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    template = "evidence/_bundle.html" if request.htmx else "evidence/bundle.html"
    return render(request, template, pages.bundle_page(ref, actor=request.actor))


@permission_required("evidence.create")
@require_safe
def choose(request: ActorRequest) -> HttpResponse:
    """Which kind of evidence."""
    return render(request, "evidence/choose.html", pages.offered(actor=request.actor))


@permission_required("evidence.create")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest, kind: str) -> HttpResponse:
    """What a bundle of this kind is asked by; a ref may be in the address."""
    if kind not in kinds():
        raise NotFound("There is no such kind of evidence; choose one from the list.")
    chosen, asked = kinds()[kind], request.method == "POST"
    form = BundleForm(chosen, request.POST if asked else None, initial=request.GET.dict())
    if form.is_valid():
        with told_on(form, field=form.first_field):
            build = create_bundle(given=form.given(), actor=request.actor)
            return redirect("evidence:bundle", ref=build.ref)
    context = pages.offered(actor=request.actor) | {"form": form, "kind": chosen}
    return render(request, "evidence/new.html", context, status=422 if asked else 200)


@permission_required("evidence.view")
@require_POST
def download(request: ActorRequest, ref: UUID) -> HttpResponseBase:
    """A POST, because taking it away is itself recorded."""
    return sent(download_bundle(ref=ref, actor=request.actor))


@permission_required("evidence.manage")
@reauthenticated
@require_POST
def rotate(request: ActorRequest) -> HttpResponse:
    key = rotate_key(actor=request.actor)
    messages.success(request, f"Signing with {key.fingerprint[:16]}… from now on")
    return redirect("evidence:list")


@public
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys, for whoever verifies a bundle; older ones with the time they signed in."""
    found = published(actor=getattr(request, "actor", None))
    return JsonResponse({"keys": found}, json_dumps_params={"indent": 2})
