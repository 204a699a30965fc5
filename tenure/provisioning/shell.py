"""What this slice offers to the shell: operations, the brake, and what waits for the reader."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.connections.models import Connection
from tenure.inventory.models import Account
from tenure.lib.shell import NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest
from tenure.people.models import Person
from tenure.provisioning import pages

Rendered = tuple[str, Mapping[str, object]]


def tasks(_request: ActorRequest, _subject: object) -> Rendered:
    """On Overview, by itself: that page asks much already."""
    return "provisioning/_tasks_panel.html", {}


def of_person(_request: ActorRequest, person: Person) -> Rendered:
    return "provisioning/_of_panel.html", {"what": "person", "ref": person.ref}


def of_account(_request: ActorRequest, account: Account) -> Rendered:
    return "provisioning/_of_panel.html", {"what": "account", "ref": account.ref}


def brake(_request: ActorRequest, connection: Connection) -> Rendered | None:
    """How many went in the last hour comes by itself."""
    if not connection.removal_is_on:
        return None
    return "provisioning/_brake_panel.html", {"connection": connection}


shell.add(
    NavEntry(
        group="Lifecycle",
        label="Operations",
        icon="arrows-exchange",
        url_name="provisioning:operations",
        permission="provisioning.view",
        rows=pages.waiting_rows,
        position=30,
    ),
    PaletteEntry(
        label="Operations waiting for you",
        icon="hand-stop",
        url_name="provisioning:operations",
        keywords="approve second person release brake tasks",
        permission="provisioning.view",
        asks="show=yours",
    ),
    PaletteEntry(
        label="Blocked operations",
        icon="lock",
        url_name="provisioning:operations",
        keywords="stopped failed removals changes",
        permission="provisioning.view",
        asks="show=blocked",
    ),
    Panel("overview.answer", tasks, "me.view", position=95),
    Panel("person.findings", of_person, "provisioning.view", position=60),
    Panel("account.findings", of_account, "provisioning.view", position=60),
    Panel("connection.removal", brake, "provisioning.view"),
)
