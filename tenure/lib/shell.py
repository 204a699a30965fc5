"""What a slice offers to the shell around every page, declared as plain values.

A slice's module `shell.py` is imported at start-up and calls `shell.add(...)`. The shell reads the
values and renders them; slices never import the shell.

    shell.add(
        NavEntry(group="Inventory", label="Accounts", icon="id-badge-2",
                 url_name="inventory:accounts", permission="inventory.view"),
        Panel(slot="people.person", render=person_accounts_panel, permission="inventory.view"),
    )
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tenure.lib.actor import Actor


class Counter(NamedTuple):
    """Small text at the end of a navigation entry; tone is "" or "red"."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A page in the navigation and in the palette.

    `group` "" stands on top; "user" is the menu behind the user's name. `permission` "" means
    anyone signed in. `rows` are counted behind the label: those of all entries by one query, and
    only for full pages. Where they are several, each by its name, `says` makes one of the counts.
    """

    label: str
    icon: str
    url_name: str
    group: str = ""
    permission: str = ""
    rows: Callable[[Actor], Any] | None = None
    says: Callable[[Mapping[str, int]], Counter | None] | None = None
    position: int = 50


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """An action or page the palette finds by its label and by `keywords`."""

    label: str
    icon: str
    url_name: str
    hint: str = "Action"
    keywords: str = ""
    permission: str = ""
    # What the page is asked for: "show=mine".
    asks: str = ""


class Found(NamedTuple):
    """Something that has the typed words in its name, and the page about it."""

    label: str
    icon: str
    url: str
    hint: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class PaletteSearch:
    """Finds what the palette cannot hold whole. `find` may ask the database once."""

    find: Callable[[Actor, str], Iterable[Found]]
    permission: str
    position: int = 50


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of somebody else's page: `render(request, subject)` gives template and context.

    `subject` is what the page shows (a person, an account, None on Overview). Returning None
    leaves the panel out.
    """

    slot: str
    render: Callable[[Any, Any], tuple[str, Mapping[str, object]] | None]
    permission: str = ""
    position: int = 50


@dataclass(frozen=True, slots=True)
class SettingsEntry:
    """A page of settings: it stands on the settings page with one sentence of what it is for."""

    label: str
    icon: str
    url_name: str
    says: str
    permission: str = ""
    position: int = 50


Offer = NavEntry | PaletteEntry | PaletteSearch | Panel | SettingsEntry


class Shell:
    """Everything the slices have offered."""

    def __init__(self) -> None:
        self.entries: list[NavEntry] = []
        self.palette: list[PaletteEntry] = []
        self.searches: list[PaletteSearch] = []
        self.panels: list[Panel] = []
        self.settings: list[SettingsEntry] = []

    def add(self, *offers: Offer) -> None:
        """Accept offers; the same one twice counts once."""
        for offer in offers:
            match offer:
                case NavEntry() if offer not in self.entries:
                    self.entries.append(offer)
                case PaletteEntry() if offer not in self.palette:
                    self.palette.append(offer)
                case PaletteSearch() if offer not in self.searches:
                    self.searches.append(offer)
                case Panel() if offer not in self.panels:
                    self.panels.append(offer)
                case SettingsEntry() if offer not in self.settings:
                    self.settings.append(offer)


shell = Shell()


def may_see(actor: Actor | None, permission: str) -> bool:
    """True for someone signed in who holds the permission anywhere, or when none is asked."""
    return actor is not None and (not permission or actor.may_somewhere(permission))
