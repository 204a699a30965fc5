"""What this slice offers to the shell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse

from tenure.connections.models import Connection
from tenure.inventory import freshness, queries
from tenure.inventory.progress import ShownRun, run_context
from tenure.lib.actor import Actor
from tenure.lib.shell import (
    Found,
    NavEntry,
    PaletteEntry,
    PaletteSearch,
    Panel,
    SettingsEntry,
    shell,
)
from tenure.lib.web import ActorRequest

Rendered = tuple[str, Mapping[str, object]]
_RECENT = 8
_COUNTED = (("Accounts", "users"), ("Invitations", "invites"), ("Projects", "projects"))
_KEPT = "readings_by_connection"


# Sync runs


def counts(request: ActorRequest, connection: Connection) -> Rendered:
    """How much is known of a connection, and since when. One query for a whole page of cards."""
    readings = _readings(request, connection)
    users = readings.get("users")
    below = [one for one in readings.values() if one.is_below]
    lists, whole = sum(one.lists for one in below), sum(one.whole for one in below)
    return "inventory/_counts_panel.html", {
        "stats": [
            (label, f"{readings[kind].rows:,}" if kind in readings else "Unknown")
            for label, kind in _COUNTED
            if kind in readings or not connection.is_uploaded
        ],
        "behind": f"Members of {whole:,} of {lists:,} read" if whole < lists else "",
        "read_at": users and users.newest,
        "remark": users and users.state != "complete" and users.reason,
    }


def fresh(request: ActorRequest, connection: Connection) -> Rendered | None:
    """How old each tier is; what the next sync would take comes by itself."""
    if connection.state not in Connection.SYNCABLE:
        return None
    tiers = freshness.tiers(_readings(request, connection))
    return "inventory/_fresh_panel.html", {"connection": connection, "tiers": tiers}


def provider_log(_request: ActorRequest, connection: Connection) -> Rendered | None:
    """How far the provider's log is read comes by itself: the page asks much already."""
    if connection.is_uploaded or connection.state not in Connection.SYNCABLE:
        return None
    return "inventory/_log_panel.html", {"connection": connection}


def without_log(_request: ActorRequest, _subject: object) -> Rendered:
    """On Overview, by itself: of which organizations nobody can tell who gave what."""
    return "inventory/_without_log_panel.html", {}


def _readings(request: ActorRequest, connection: Connection) -> Mapping[str, queries.Reading]:
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, queries.readings_by_connection(actor=request.actor))
    found: Mapping[int, Mapping[str, queries.Reading]] = getattr(request, _KEPT)
    return found.get(connection.pk, {})


def progress(request: ActorRequest, connection: Connection) -> Rendered:
    """The newest run, live; on the page that follows connecting."""
    run = queries.latest_run(connection, actor=request.actor)
    if run is None:
        return "inventory/_no_run.html", {"connection": connection}
    # That page asks much already; a second later the panel comes again, with the time left.
    return "inventory/_run.html", run_context(run, asks_budget=False, actor=request.actor)


def recent_runs(request: ActorRequest, connection: Connection) -> Rendered:
    runs = queries.runs_of(connection, actor=request.actor)[:_RECENT]
    return "inventory/_runs_panel.html", {
        "connection": connection,
        "runs": [ShownRun(run) for run in runs],
    }


def may_sync(actor: Actor, connection: Connection) -> bool:
    """Whether this reader may ask for a sync of it now."""
    may = actor.may("accounts.sync", connection=str(connection.ref))
    return may and connection.state in Connection.SYNCABLE


def sync_one(request: ActorRequest, connection: Connection) -> Rendered | None:
    """Sync now, for a connection that can be read."""
    if connection.is_uploaded or not may_sync(request.actor, connection):
        return None
    url = reverse("inventory:sync", args=[connection.ref])
    return "inventory/_sync_now.html", {"url": url, "is_primary": True, "has_plan": True}


shell.add(
    Panel("connection.counts", counts, "connections.view"),
    Panel("connection.progress", progress, "connections.view"),
    Panel("connection.runs", fresh, "connections.view", position=10),
    Panel("connection.runs", provider_log, "connections.view", position=20),
    Panel("connection.runs", recent_runs, "connections.view"),
    Panel("overview.answer", without_log, "connections.view", position=90),
    Panel("connection.actions", sync_one, "accounts.sync"),
)


# Accounts, people and projects


def find_people(actor: Actor, typed: str) -> Iterator[Found]:
    for one in queries.people_to_choose(typed, actor=actor):
        yield Found(
            str(one), "user", reverse("inventory:person", args=[one.ref]), "Person", one.email
        )


def find_accounts(actor: Actor, typed: str) -> Iterator[Found]:
    for one in queries.accounts_to_choose(typed, actor=actor):
        url, where = reverse("inventory:account", args=[one.ref]), one.connection.name
        yield Found(
            str(one), "id-badge-2", url, "Account", f"{one.email or one.external_id}, {where}"
        )


shell.add(
    NavEntry(
        group="Inventory",
        label="Accounts",
        icon="id-badge-2",
        url_name="inventory:accounts",
        permission="accounts.view",
        rows=lambda actor: queries.navigation_rows(actor=actor)["accounts"],
        position=10,
    ),
    NavEntry(
        group="Inventory",
        label="People",
        icon="users",
        url_name="inventory:people",
        permission="people.view",
        rows=lambda actor: queries.navigation_rows(actor=actor)["people"],
        position=20,
    ),
    NavEntry(
        group="Inventory",
        label="Projects",
        icon="folders",
        url_name="inventory:projects",
        permission="accounts.view",
        rows=lambda actor: queries.navigation_rows(actor=actor)["projects"],
        position=30,
    ),
    NavEntry(
        group="Inventory",
        label="Groups and roles",
        icon="users-group",
        url_name="inventory:groups",
        permission="accounts.view",
        position=40,
    ),
    NavEntry(
        group="Inventory",
        label="Credentials",
        icon="key",
        url_name="inventory:credentials",
        permission="accounts.view",
        rows=lambda actor: queries.navigation_rows(actor=actor)["credentials"],
        position=50,
    ),
    PaletteSearch(find_people, "people.view", position=10),
    PaletteSearch(find_accounts, "accounts.view", position=20),
    PaletteEntry(
        label="Unlinked accounts",
        icon="user-question",
        url_name="inventory:accounts",
        keywords="nobody strangers",
        permission="accounts.view",
        asks="show=unlinked",
    ),
    PaletteEntry(
        label="Roles",
        icon="shield",
        url_name="inventory:roles",
        hint="Page",
        keywords="permissions entitlements privileged custom",
        permission="accounts.view",
    ),
    PaletteEntry(
        label="Keys whose owner lost access",
        icon="key",
        url_name="inventory:credentials",
        keywords="orphaned credentials api keys project",
        permission="accounts.view",
        asks="show=orphaned",
    ),
    PaletteEntry(
        label="Suggested links",
        icon="user-question",
        url_name="inventory:suggestions",
        keywords="accounts unlinked queue match confirm reject",
        permission="accounts.link",
    ),
    SettingsEntry(
        label="Linking",
        icon="link",
        url_name="inventory:linking",
        says="How accounts find their person, and domains that ignore a part of an address.",
        permission="settings.view",
        position=30,
    ),
    PaletteEntry(
        label="Import people",
        icon="upload",
        url_name="people:import",
        keywords="csv upload hr directory employees",
        permission="people.manage",
    ),
)
