"""The connections there are."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.connections import budget_panel, catalogue, queries, rules, wording
from tenure.connections.models import Connection, ConnectionKey
from tenure.connections.notices import notices
from tenure.lib.clock import now
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("connections.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    """One card for each connection."""
    connections = queries.connections(actor=request.actor)
    cards = [_shown(request, connection) for connection in connections]
    may_add = request.actor.may("connections.manage")
    return render(request, "connections/index.html", {"cards": cards, "may_add": may_add})


@permission_required("connections.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """One connection: what it covers, what its keys can do, and everything that may be changed."""
    connection = queries.connection_by_ref(ref, actor=request.actor)
    return render(request, "connections/detail.html", _shown(request, connection))


@permission_required("connections.view")
@require_safe
def budget(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The panel on the page of the connection that draws what was sent."""
    connection = queries.connection_by_ref(ref, actor=request.actor)
    context = budget_panel.panel_context(connection, actor=request.actor)
    return render(request, "connections/_budget_panel.html", context)


def _shown(request: ActorRequest, connection: Connection) -> dict[str, object]:
    """A connection as its card and its page show it."""
    judged = connection.judged
    description = catalogue.description_of(connection.kind)
    keys = {key.purpose: key for key in connection.keys.all()}
    # An auditor judges what a connection covered, not the keys it spoke with.
    may_see_keys = request.actor.window is None
    shown_keys = list(keys.values()) if may_see_keys else []
    ends = [(key, wording.expiry_state(key, at=now())) for key in shown_keys]
    return {
        "connection": connection,
        "state": wording.CONNECTION_STATES[connection.state],
        "description": description,
        "scope": catalogue.scope_of(connection),
        "judgement": wording.judgement(judged) if judged else None,
        "notices": notices(connection, shown_keys, at=now()),
        "keys": [(key, wording.KINDS.get(key.kind, key.kind), state) for key, state in ends],
        "ends": sorted((end for _, end in ends if end), key=lambda end: end.tone != "red"),
        "everyday": keys.get(ConnectionKey.Purpose.EVERYDAY),
        "removal_key": keys.get(ConnectionKey.Purpose.REMOVAL),
        "policy": wording.POLICIES[connection.removal_policy],
        "may_remove": any(rules.may_write(kind=k.kind, proven=k.may_write) for k in keys.values()),
        "may_manage": request.actor.may("connections.manage", connection=str(connection.ref)),
        "may_see_keys": may_see_keys,
        "is_over": connection.state == Connection.State.DISCONNECTED,
    }
