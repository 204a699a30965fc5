"""Everything that may be changed about a connection."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenure.connections import queries
from tenure.connections.connecting import Judged, judge, judge_stored
from tenure.connections.forms import KeyForm, SettingsForm, told_at_the_field
from tenure.connections.models import Connection
from tenure.connections.operations.accept_organization import accept_organization
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.connections.operations.replace_key import replace_key
from tenure.connections.operations.resume_connection import resume_connection
from tenure.connections.operations.set_connection import set_connection
from tenure.connections.operations.set_removal import set_removal
from tenure.connections.operations.validate_connection import validate_connection
from tenure.connections.operations.withdraw_removal_key import withdraw_removal_key
from tenure.connections.pending import Pending
from tenure.connections.views.adding import found_page
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated


@permission_required("connections.manage")
@reauthenticated
@never_cache
@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
def key(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Replace the everyday key; one that cannot do everything is shown first."""
    connection = _manageable(request, ref)
    form = KeyForm(request.POST or None, connection=connection, label="New key")
    if form.is_valid():
        with told_at_the_field(form):
            judged = _judge(request, connection, form)
            if judged.needs_confirmation:
                return found_page(request, Pending(judged=judged, connection_ref=str(ref)))
            replace_key(ref=ref, judged=judged, actor=request.actor)
            return _done(request, connection, "The key is replaced.")
    return _key_page(request, "connections/key.html", connection, form)


@permission_required("connections.manage")
@reauthenticated
@never_cache
@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
def removal_key(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Add the key that is used only for changes, or replace it."""
    connection = _manageable(request, ref)
    form = KeyForm(request.POST or None, connection=connection, label="Removal key")
    if form.is_valid():
        with told_at_the_field(form):
            judged = _judge(request, connection, form)
            add_removal_key(ref=ref, judged=judged, actor=request.actor)
            return _done(request, connection, "The removal key is stored; removal is as it was.")
    return _key_page(request, "connections/removal_key.html", connection, form)


@permission_required("connections.manage")
@reauthenticated
@require_POST
def withdraw(request: ActorRequest, ref: UUID) -> HttpResponse:
    connection = withdraw_removal_key(ref=ref, actor=request.actor)
    return _done(request, connection, "The removal key is gone.")


@permission_required("connections.manage")
@reauthenticated
@require_POST
def removal(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Turn removal on or off."""
    is_on = request.POST.get("is_on") == "on"
    connection = set_removal(ref=ref, is_on=is_on, actor=request.actor)
    return _done(request, connection, f"Removal is {'on' if is_on else 'off'}.")


@permission_required("connections.manage")
@reauthenticated
@require_POST
def accept(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Let changes go though nothing proves the organization, or no longer."""
    is_accepted = request.POST.get("is_accepted") == "on"
    connection = accept_organization(ref=ref, is_accepted=is_accepted, actor=request.actor)
    said = "Accepted: changes need no proof" if is_accepted else "Changes need proof again"
    return _done(request, connection, f"{said}.")


@permission_required("connections.manage")
@reauthenticated
@require_http_methods(["GET", "POST"])
def settings(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Name, owner, interval, pace, and how far removals go by themselves."""
    connection = _manageable(request, ref)
    owners = queries.possible_owners(actor=request.actor)
    form = SettingsForm(request.POST or None, connection=connection, owners=owners)
    if form.is_valid():
        with told_at_the_field(form):
            connection = set_connection(ref=ref, actor=request.actor, **form.cleaned_data)
            return _done(request, connection, "Saved.")
    shown = {"connection": connection, "form": form}
    return render(request, "connections/settings.html", shown, status=422 if form.errors else 200)


@permission_required("connections.manage")
@require_POST
def validate(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Judge the stored keys again."""
    connection = _manageable(request, ref)
    judged = judge_stored(connection, actor=request.actor)
    validate_connection(ref=ref, judged=judged, actor=request.actor)
    return _done(request, connection, "The key was checked just now; below is what it can do.")


@permission_required("connections.manage")
@require_POST
def pause(request: ActorRequest, ref: UUID) -> HttpResponse:
    connection = pause_connection(ref=ref, actor=request.actor)
    return _done(request, connection, f"{connection.name} is paused.")


@permission_required("connections.manage")
@require_POST
def resume(request: ActorRequest, ref: UUID) -> HttpResponse:
    connection = resume_connection(ref=ref, actor=request.actor)
    return _done(request, connection, f"{connection.name} is read again from now on.")


@permission_required("connections.manage")
@reauthenticated
@require_POST
def disconnect(request: ActorRequest, ref: UUID) -> HttpResponse:
    connection = disconnect_connection(ref=ref, actor=request.actor)
    wiped = "" if connection.is_uploaded else "; its keys are wiped"
    return _done(request, connection, f"{connection.name} is disconnected{wiped}.")


def _manageable(request: ActorRequest, ref: UUID) -> Connection:
    return queries.connection_by_ref(ref, actor=request.actor, permission="connections.manage")


def _judge(request: ActorRequest, connection: Connection, form: KeyForm) -> Judged:
    return judge(
        kind=connection.kind,
        credentials=form.credentials(),
        actor=request.actor,
        connection=str(connection.ref),
    )


def _key_page(
    request: ActorRequest, template: str, connection: Connection, form: KeyForm
) -> HttpResponse:
    shown = {"connection": connection, "form": form}
    return render(request, template, shown, status=422 if form.errors else 200)


def _done(request: ActorRequest, connection: Connection, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("connections:detail", ref=connection.ref)
