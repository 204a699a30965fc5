"""From the catalogue to a connection."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.connections import catalogue, pending, queries, wording
from tenure.connections.connecting import Judged, judge
from tenure.connections.forms import ConnectForm, told_at_the_field
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connections.operations.replace_key import replace_key
from tenure.connections.pending import Pending
from tenure.connectors.base import Description
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated


@permission_required("connections.manage")
@require_safe
def add(request: ActorRequest) -> HttpResponse:
    """The catalogue; ?q= narrows it."""
    words = request.GET.get("q", "")
    shown = {"query": words, "descriptions": catalogue.search(words)}
    page = "connections/_catalogue.html" if request.htmx else "connections/add.html"
    return render(request, page, shown)


@permission_required("connections.manage")
@require_safe
def describe(request: ActorRequest, kind: str) -> HttpResponse:
    """What a connector reads, needs and can do."""
    shown = {"description": catalogue.description_of(kind)}
    return render(request, "connections/describe.html", shown)


@permission_required("connections.manage")
@reauthenticated
@never_cache
@sensitive_post_parameters("api_key", "removal_key")
@require_http_methods(["GET", "POST"])
def connect(request: ActorRequest, kind: str) -> HttpResponse:
    """Validate the credentials; store a key that can do everything, show any other first."""
    description = catalogue.description_of(kind)
    if description.is_uploaded:
        return redirect("connections:upload-new")
    form = _connect_form(request, description)
    if form.is_valid():
        with told_at_the_field(form):
            judged = judge(kind=kind, credentials=form.credentials(), actor=request.actor)
            waiting = _pending(form, judged)
            if judged.needs_confirmation:
                return found_page(request, waiting)
            return _store(request, waiting)
    shown = {"form": form, "description": description}
    return render(request, "connections/connect.html", shown, status=422 if form.errors else 200)


@permission_required("connections.manage")
@reauthenticated
@never_cache
@require_POST
def confirm(request: ActorRequest) -> HttpResponse:
    """Store what was shown a moment ago, exactly as it was judged then."""
    session_key = request.session.session_key or ""
    return _store(request, pending.unseal(request.POST.get("pending", ""), session_key=session_key))


@permission_required("connections.view")
@require_safe
def connected(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The confirmation, with the first sync as it runs."""
    connection = queries.connection_by_ref(ref, actor=request.actor)
    shown = {"connection": connection, "description": catalogue.description_of(connection.kind)}
    if request.actor.window is None and (judged := connection.judged):
        shown["judgement"] = wording.judgement(judged)
    return render(request, "connections/connected.html", shown)


def found_page(request: ActorRequest, waiting: Pending) -> HttpResponse:
    """What a limited key can do, before anything is stored."""
    sealed = pending.seal(waiting, session_key=request.session.session_key or "")
    shown = {
        "judgement": wording.judgement(waiting.judged.everyday),
        "removal": waiting.judged.removal,
        "description": catalogue.description_of(waiting.judged.kind),
        "pending": sealed,
        "replacing": waiting.connection_ref,
    }
    return render(request, "connections/found.html", shown)


def _connect_form(request: ActorRequest, description: Description) -> ConnectForm:
    owners = queries.possible_owners(actor=request.actor)
    return ConnectForm(
        request.POST if request.method == "POST" else None,
        description=description,
        owners=owners,
        me=request.actor.id,
        organization_id=request.GET.get("organization_id", ""),
    )


def _pending(form: ConnectForm, judged: Judged) -> Pending:
    typed = form.cleaned_data
    return Pending(judged=judged, name=typed["name"], owner_ref=typed["owner"] or None)


def _store(request: ActorRequest, waiting: Pending) -> HttpResponse:
    connection: Connection
    if waiting.connection_ref:
        connection = replace_key(
            ref=waiting.connection_ref, judged=waiting.judged, actor=request.actor
        )
        return redirect("connections:detail", ref=connection.ref)
    connection = connect_organization(
        judged=waiting.judged,
        name=waiting.name,
        owner_ref=waiting.owner_ref,
        actor=request.actor,
    )
    return redirect("connections:connected", ref=connection.ref)
