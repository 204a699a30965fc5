"""Reading what slices offered, for one request: only what its actor may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe

from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts, in_words
from tenure.lib.shell import Counter, NavEntry, PaletteEntry, SettingsEntry, may_see, shell

GROUPS = ("", "Inventory", "Assurance", "Lifecycle", "System")
USER_GROUP = "user"
LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    icon: str
    url: str
    is_current: bool
    counter: Counter | None


@dataclass(slots=True)
class NavGroup:
    label: str
    items: list[NavItem] = field(default_factory=list)


def actor_of(request: HttpRequest) -> Actor | None:
    """Who asks; None when nobody is signed in."""
    return getattr(request, "actor", None)


def navigation(request: HttpRequest) -> list[NavGroup]:
    """The groups of the side navigation in their fixed order, without empty ones."""
    groups = {label: NavGroup(label) for label in GROUPS}
    visible = [entry for entry in visible_entries(request) if entry.group != USER_GROUP]
    current, counts = current_entry(request, visible), _counts(request, visible)
    for entry in visible:
        group = groups.setdefault(entry.group, NavGroup(entry.group))
        counter = counts.get(entry.url_name)
        group.items.append(nav_item(entry, counter, is_current=entry is current))
    return [group for group in groups.values() if group.items]


def user_menu(request: HttpRequest) -> list[NavItem]:
    """What stands behind the user's name."""
    return [
        nav_item(entry, None) for entry in visible_entries(request) if entry.group == USER_GROUP
    ]


def visible_entries(request: HttpRequest) -> list[NavEntry]:
    """Entries whose page exists and which the actor may open, in the order of the navigation."""
    entries = [
        entry
        for entry in shell.entries
        if may_see(actor_of(request), entry.permission) and address(entry)
    ]
    order = {label: place for place, label in enumerate((*GROUPS, USER_GROUP))}
    return sorted(
        entries,
        key=lambda entry: (order.get(entry.group, len(GROUPS)), entry.position, entry.label),
    )


def current_entry(request: HttpRequest, entries: list[NavEntry]) -> NavEntry | None:
    """The entry under whose address the page lies; the longest address wins."""
    above = [
        entry
        for entry in entries
        if request.path == address(entry)
        or (address(entry) != "/" and request.path.startswith(f"{address(entry).rstrip('/')}/"))
    ]
    return max(above, key=lambda entry: len(address(entry)), default=None)


def nav_item(entry: NavEntry, counter: Counter | None, *, is_current: bool = False) -> NavItem:
    return NavItem(entry.label, entry.icon, address(entry), is_current, counter)


def _counts(request: HttpRequest, entries: list[NavEntry]) -> dict[str, Counter | None]:
    """What stands behind each label that counts rows, by the name of its page. One query."""
    actor = actor_of(request)
    if actor is None:
        return {}
    asked = {
        (entry, name): rows
        for entry in entries
        if entry.rows
        for name, rows in _named(entry.rows(actor)).items()
    }
    counted = bounded_counts(**{f"n{n}": rows for n, rows in enumerate(asked.values())})
    of_entry: dict[NavEntry, dict[str, int]] = defaultdict(dict)
    for (entry, name), count in zip(asked, counted.values(), strict=True):
        of_entry[entry][name] = count
    return {entry.url_name: (entry.says or _how_many)(counts) for entry, counts in of_entry.items()}


def _named(rows: object) -> Mapping[str, Any]:
    return rows if isinstance(rows, Mapping) else {"": rows}


def _how_many(counts: Mapping[str, int]) -> Counter | None:
    (count,) = counts.values()
    return Counter(in_words(count)) if count else None


def palette(request: HttpRequest) -> list[dict[str, str]]:
    """Pages and actions the actor may reach, as the palette's script reads them."""
    pages = [
        PaletteEntry(entry.label, entry.icon, entry.url_name, hint="Page")
        for entry in visible_entries(request)
    ]
    pages += [
        PaletteEntry(entry.label, entry.icon, entry.url_name, hint="Settings")
        for entry, _ in settings_pages(request)
    ]
    actions = [
        entry
        for entry in shell.palette
        if may_see(actor_of(request), entry.permission) and address(entry)
    ]
    return [
        {
            "label": entry.label,
            "icon": entry.icon,
            "url": f"{address(entry)}?{entry.asks}" if entry.asks else address(entry),
            "hint": entry.hint,
            "keywords": entry.keywords,
        }
        for entry in [*pages, *actions]
    ]


def found(request: HttpRequest, typed: str) -> list[dict[str, str]]:
    """What of the actor's has these words in its name; of each kind a few. A letter finds none."""
    actor, typed = actor_of(request), typed.strip()
    if actor is None or len(typed) < LEAST_LETTERS:
        return []
    asked = [one for one in shell.searches if may_see(actor, one.permission)]
    return [
        {**one._asdict(), "keywords": typed}
        for search in sorted(asked, key=lambda search: search.position)
        for one in search.find(actor, typed)
    ]


def panels(slot: str, request: HttpRequest, subject: object) -> Iterator[SafeString]:
    """The rendered panels other slices put into this slot, in order."""
    offered = [
        p for p in shell.panels if p.slot == slot and may_see(actor_of(request), p.permission)
    ]
    for panel in sorted(offered, key=lambda panel: panel.position):
        rendered = panel.render(request, subject)
        if rendered is not None:
            template, context = rendered
            html = render_to_string(template, dict(context), request)
            yield mark_safe(html)  # noqa: S308 - a template's own, already escaped output


def settings_pages(request: HttpRequest) -> list[tuple[SettingsEntry, str]]:
    """The pages of settings that the actor may open, each with its address."""
    seen = [
        entry
        for entry in shell.settings
        if may_see(actor_of(request), entry.permission) and address(entry)
    ]
    ordered = sorted(seen, key=lambda entry: (entry.position, entry.label))
    return [(entry, address(entry)) for entry in ordered]


def address(entry: NavEntry | PaletteEntry | SettingsEntry) -> str:
    """The entry's path; empty while its page is not mounted."""
    return _path(entry.url_name, get_script_prefix())


@cache
def _path(url_name: str, _prefix: str) -> str:
    """Every page asks for that of every entry several times."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
