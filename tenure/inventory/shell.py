"""What this slice offers to the shell."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType

from django.urls import reverse

from tenure.connections.models import Connection
from tenure.inventory import queries
from tenure.inventory.progress import ShownRun, run_context
from tenure.lib.actor import Actor
from tenure.lib.counting import in_words
from tenure.lib.shell import Counter, NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest

Rendered = tuple[str, Mapping[str, object]]
_RECENT = 8
_KEPT = "collections_by_connection"


# Sync runs


def counts(request: ActorRequest, connection: Connection) -> Rendered:
    """How much is known of a connection, and since when. One query for a whole page of cards."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, queries.collections_by_connection(actor=request.actor))
    collections = getattr(request, _KEPT).get(connection.pk, {})
    users, invites = collections.get("users"), collections.get("invites")
    return "inventory/_counts_panel.html", {
        "accounts": f"{users.active_rows:,}" if users else "Unknown",
        "invitations": f"{invites.active_rows:,}" if invites else "Unknown",
        "read_at": users and users.completed_at,
        "remark": users and users.state != "complete" and users.reason,
    }


def progress(request: ActorRequest, connection: Connection) -> Rendered:
    """The newest run, live; on the page that follows connecting."""
    run = queries.latest_run(connection, actor=request.actor)
    if run is None:
        return "inventory/_no_run.html", {"connection": connection}
    return "inventory/_run.html", run_context(run, actor=request.actor)


def recent_runs(request: ActorRequest, connection: Connection) -> Rendered:
    runs = queries.runs_of(connection, actor=request.actor)[:_RECENT]
    return "inventory/_runs_panel.html", {
        "connection": connection,
        "runs": [ShownRun(run) for run in runs],
    }


def sync_one(request: ActorRequest, connection: Connection) -> Rendered | None:
    """Sync now, for a connection that can be read."""
    readable = connection.state in ("active", "degraded", "failing")
    if not readable or not request.actor.may("accounts.sync", connection=str(connection.ref)):
        return None
    url = reverse("inventory:sync", args=[connection.ref])
    return "inventory/_sync_now.html", {"url": url, "is_primary": True}


shell.add(
    Panel("connection.counts", counts, "connections.view"),
    Panel("connection.progress", progress, "connections.view"),
    Panel("connection.runs", recent_runs, "connections.view"),
    Panel("connection.actions", sync_one, "accounts.sync"),
)


# Accounts and people


class _Counted(threading.local):
    """The two numbers of the navigation by one query: the last actor's, while it is still theirs.

    An actor is made anew for every request, so that this is never older than the request.
    """

    actor: Actor | None = None
    numbers: Mapping[str, int] = MappingProxyType({})


_counted = _Counted()


def _numbers(actor: Actor) -> Mapping[str, int]:
    if _counted.actor is not actor:
        _counted.actor, _counted.numbers = actor, queries.navigation_counts(actor=actor)
    return _counted.numbers


def account_count(actor: Actor) -> Counter:
    return Counter(in_words(_numbers(actor)["accounts"]))


def people_count(actor: Actor) -> Counter:
    return Counter(in_words(_numbers(actor)["people"]))


shell.add(
    NavEntry(
        group="Inventory",
        label="Accounts",
        icon="id-badge-2",
        url_name="inventory:accounts",
        permission="accounts.view",
        counter=account_count,
        position=10,
    ),
    NavEntry(
        group="Inventory",
        label="People",
        icon="users",
        url_name="inventory:people",
        permission="people.view",
        counter=people_count,
        position=20,
    ),
    PaletteEntry(
        label="Import people",
        icon="upload",
        url_name="people:import",
        keywords="csv upload hr directory employees",
        permission="people.manage",
    ),
)
