"""What this slice offers to the shell."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.lib.shell import Panel, SettingsEntry, shell
from tenure.lib.web import ActorRequest
from tenure.people.models import Person


def actions(request: ActorRequest, person: Person) -> tuple[str, Mapping[str, object]] | None:
    """On a person's page: why they have their state, and that they left."""
    shown = {"person": person, "may_manage": request.actor.may("people.manage")}
    return ("people/_actions.html", shown)


shell.add(
    Panel(slot="person.actions", render=actions, permission="people.view"),
    SettingsEntry(
        label="People sources",
        icon="users",
        url_name="people:sources",
        says="Where people come from, which source is believed first, and how fresh each must be.",
        permission="settings.view",
        position=30,
    ),
)
