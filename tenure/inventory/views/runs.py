"""Sync runs: asking for one, watching it, deciding about it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tenure.connections import queries as connection_queries
from tenure.inventory import freshness, queries, shell
from tenure.inventory.log_wording import log_context
from tenure.inventory.operations.cancel_sync import cancel_sync
from tenure.inventory.operations.release_held_run import release_held_run
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.progress import run_context
from tenure.inventory.run_collections import collections_context
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import reauthenticated


@permission_required("connections.view")
@require_safe
def detail(request: ActorRequest, ref: UUID, run_ref: UUID) -> HttpResponse:
    """One run, live while it goes on: the page, or the part of it that changes."""
    run = queries.run_by_ref(run_ref, actor=request.actor, connection_ref=ref)
    template = "inventory/_run.html" if request.htmx else "inventory/run.html"
    return render(request, template, run_context(run, actor=request.actor))


@permission_required("connections.view")
@require_safe
def collections(request: ActorRequest, ref: UUID, run_ref: UUID) -> HttpResponse:
    """What one run did with each list below a resource, some at a time."""
    run = queries.run_by_ref(run_ref, actor=request.actor, connection_ref=ref)
    shown = collections_context(run, request.GET, actor=request.actor)
    return render(request, "inventory/run_collections.html", shown)


@permission_required("connections.view")
@require_safe
def plan(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What the next sync of a connection would take, for the page that shows it."""
    connection = connection_queries.connection_by_ref(ref, actor=request.actor)
    shown = freshness.next_sync(connection, actor=request.actor)
    may_sync = shell.may_sync(request.actor, connection)
    return render(request, "inventory/_plan.html", {"next": shown, "may_sync": may_sync})


@permission_required("connections.view")
@require_safe
def log(request: ActorRequest, ref: UUID) -> HttpResponse:
    """How far the provider's log is read, or what is lost without it, for the same page."""
    connection = connection_queries.connection_by_ref(ref, actor=request.actor)
    return render(request, "inventory/_log.html", log_context(connection, actor=request.actor))


@permission_required("connections.view")
@require_safe
def without_log(request: ActorRequest) -> HttpResponse:
    """The note of Overview about organizations without a log; empty where each has one."""
    found = list(queries.connections_without_log(actor=request.actor))
    return render(request, "inventory/_without_log.html", {"connections": found})


@permission_required("connections.view")
@require_safe
def progress(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The newest run of a connection, live; before there is one, the promise of it."""
    connection = connection_queries.connection_by_ref(ref, actor=request.actor)
    run = queries.latest_run(connection, actor=request.actor)
    if run is None:
        return render(request, "inventory/_no_run.html", {"connection": connection})
    return render(request, "inventory/_run.html", run_context(run, actor=request.actor))


@permission_required("accounts.sync")
@require_POST
def start(request: ActorRequest, ref: UUID) -> HttpResponseRedirect:
    """Sync now, and watch it."""
    run = request_sync(connection_ref=ref, actor=request.actor)
    return redirect("inventory:run", ref, run.ref)


@permission_required("accounts.sync")
@require_POST
def start_all(request: ActorRequest) -> HttpResponseRedirect:
    """Sync every connection that can be read; watch it when it is the only one."""
    connections = connection_queries.connections_to_sync(actor=request.actor)
    runs = [request_sync(connection_ref=one.ref, actor=request.actor) for one in connections]
    if len(runs) == 1:
        return redirect("inventory:run", runs[0].connection.ref, runs[0].ref)
    return redirect("connections:index")


@permission_required("accounts.sync")
@require_POST
def cancel(request: ActorRequest, ref: UUID, run_ref: UUID) -> HttpResponseRedirect:
    cancel_sync(run_ref=run_ref, actor=request.actor)
    return redirect("inventory:run", ref, run_ref)


@permission_required("sync.release")
@require_POST
@reauthenticated
def release(request: ActorRequest, ref: UUID, run_ref: UUID) -> HttpResponseRedirect:
    """Let a held run's missing accounts end, if they are missing still."""
    run = release_held_run(run_ref=run_ref, actor=request.actor)
    return redirect("inventory:run", ref, run.ref)
