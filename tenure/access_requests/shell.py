"""What this slice offers to the shell: requests, what waits for the reader, and what they have."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.access_requests import pages
from tenure.lib.shell import NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest


def tasks(_request: ActorRequest, _subject: object) -> tuple[str, Mapping[str, object]]:
    """On Overview, by itself: that page asks much already."""
    return "access_requests/_tasks_panel.html", {}


def ask(_request: ActorRequest, _subject: object) -> tuple[str, Mapping[str, object]]:
    """On the first page: whoever is new and has nothing finds here how to get something."""
    return "access_requests/_ask.html", {}


shell.add(
    NavEntry(
        group="Lifecycle",
        label="Requests",
        icon="inbox",
        url_name="access_requests:requests",
        permission="requests.ask",
        rows=pages.waiting_rows,
        position=10,
    ),
    NavEntry(
        group="",
        label="My access",
        icon="key",
        url_name="access_requests:me",
        permission="requests.ask",
        position=60,
    ),
    PaletteEntry(
        label="Request access",
        icon="plus",
        url_name="access_requests:catalogue",
        keywords="ask catalogue project role group need permission",
        permission="requests.ask",
    ),
    PaletteEntry(
        label="Requests waiting for you",
        icon="inbox",
        url_name="access_requests:requests",
        keywords="approve deny answer tasks",
        permission="requests.decide",
        asks="show=yours",
    ),
    PaletteEntry(
        label="Give access back",
        icon="arrow-back-up",
        url_name="access_requests:me",
        keywords="my access hand back extend longer until",
        permission="requests.ask",
    ),
    PaletteEntry(
        label="Approval policies",
        icon="route",
        url_name="access_requests:policies",
        keywords="approvers steps groups who approves",
        permission="requests.manage",
    ),
    Panel("overview.actions", ask, "requests.ask", position=90),
    Panel("overview.answer", tasks, "requests.ask", position=93),
)
