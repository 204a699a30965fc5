from __future__ import annotations

import pytest
from django.test import RequestFactory

from tenure.lib.actor import Actor
from tenure.lib.shell import Counter, NavEntry, PaletteEntry, Panel, Shell
from tenure.testing.cast import user_of
from tenure.users.models import User
from tenure.web import registry


@pytest.fixture(autouse=True)
def shelf(monkeypatch) -> Shell:
    empty = Shell()
    monkeypatch.setattr(registry, "shell", empty)
    return empty


@pytest.fixture(autouse=True)
def addresses(monkeypatch) -> None:
    places = {"overview": "/", "accounts": "/accounts", "access": "/acc", "me": "/me"}
    monkeypatch.setattr(registry, "address", lambda entry: places.get(entry.url_name, ""))


def entry(url_name, **changes):
    return NavEntry(label=url_name.title(), icon="plug", url_name=url_name, **changes)


def request_of(path="/", *permissions, scoped=None):
    request = RequestFactory().get(path)
    request.actor = Actor(
        "user", "1", "Ada", permissions=frozenset(permissions), scoped=scoped or {}
    )
    return request


def labels(groups):
    return [(group.label, [item.label for item in group.items]) for group in groups]


def test_groups_stand_in_their_order_and_entries_by_position(shelf):
    shelf.add(
        entry("me", group="System"),
        entry("access", group="Inventory", position=2),
        entry("accounts", group="Inventory", position=1),
        entry("overview"),
    )
    assert labels(registry.navigation(request_of())) == [
        ("", ["Overview"]),
        ("Inventory", ["Accounts", "Access"]),
        ("System", ["Me"]),
    ]


def test_an_entry_needs_its_permission_somewhere(shelf):
    shelf.add(entry("accounts", permission="accounts.view"))
    assert registry.navigation(request_of()) == []
    assert registry.navigation(request_of("/", "accounts.view"))
    scoped = {"connection": frozenset({"accounts.view"})}
    assert registry.navigation(request_of(scoped=scoped))


def test_nobody_signed_in_sees_nothing(shelf):
    shelf.add(entry("overview"))
    request = RequestFactory().get("/")
    assert registry.navigation(request) == []
    assert registry.palette(request) == []


def test_a_page_that_does_not_exist_yet_is_left_out(shelf):
    shelf.add(entry("nowhere"), PaletteEntry("Nowhere", "plug", "nowhere"))
    assert registry.navigation(request_of()) == []
    assert registry.palette(request_of()) == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Overview"),
        ("/accounts", "Accounts"),
        ("/accounts/0199", "Accounts"),
        ("/accountsx", None),
        ("/acc/1", "Access"),
    ],
)
def test_the_entry_above_the_page_is_current(shelf, path, current):
    shelf.add(entry("overview"), entry("accounts"), entry("access"))
    (group,) = registry.navigation(request_of(path))
    assert next((item.label for item in group.items if item.is_current), None) == current


@pytest.mark.django_db
def test_what_stands_behind_the_labels_is_counted_for_the_actor_by_one_query(
    shelf, django_assert_num_queries
):
    user_of("oscar")

    def named(actor):
        assert actor.label == "Ada"
        return {"of oscar": User.objects.filter(name="Oscar Weil"), "all": User.objects.all()}

    shelf.add(
        entry("accounts", rows=lambda _: User.objects.all()),
        entry("access", rows=lambda _: User.objects.none()),
        entry("me", rows=named, says=lambda counts: Counter(f"{counts['of oscar']} of 1", "red")),
    )
    with django_assert_num_queries(1):
        (group,) = registry.navigation(request_of())
    told = {item.label: item.counter for item in group.items}
    assert told == {"Accounts": ("1", ""), "Access": None, "Me": ("1 of 1", "red")}


def test_the_users_menu_is_not_in_the_navigation(shelf):
    shelf.add(entry("me", group="user"))
    assert registry.navigation(request_of()) == []
    assert [item.label for item in registry.user_menu(request_of())] == ["Me"]


def test_the_palette_lists_pages_and_permitted_actions(shelf):
    shelf.add(
        entry("accounts"),
        PaletteEntry("Connect OpenAI", "plug", "me", keywords="integration"),
        PaletteEntry("Secret", "plug", "me", permission="nobody.has"),
    )
    found = registry.palette(request_of())
    assert [(one["label"], one["hint"], one["url"]) for one in found] == [
        ("Accounts", "Page", "/accounts"),
        ("Connect OpenAI", "Action", "/me"),
    ]


def test_panels_come_in_order_and_only_for_those_who_may_see_them(shelf):
    def panel(text):
        return lambda _, subject: (
            "components/flag.html",
            {"tone": "", "icon": "", "text": f"{text} {subject}"},
        )

    shelf.add(
        Panel("place", panel("second"), position=2),
        Panel("place", panel("first"), position=1),
        Panel("place", panel("hidden"), permission="nobody.has"),
        Panel("place", lambda *_: None),
        Panel("elsewhere", panel("other")),
    )
    rendered = [html.strip() for html in registry.panels("place", request_of(), "<b>")]
    assert rendered == [
        '<span class="t-flag">first &lt;b&gt;</span>',
        '<span class="t-flag">second &lt;b&gt;</span>',
    ]


def test_the_same_offer_twice_counts_once(shelf):
    shelf.add(entry("accounts"))
    shelf.add(entry("accounts"))
    assert len(shelf.entries) == 1
