from __future__ import annotations

import pytest
from django.urls import reverse

from tenure.inventory.models import Entitlement, Grant
from tenure.inventory.queries import (
    RolesAsked,
    holder_page,
    role_by_ref,
    role_counts,
    role_page,
    ways_to,
)
from tenure.inventory.tests.circles import (
    furnish,
    group_of,
    role_of,
)
from tenure.inventory.tests.scripted import made_connection
from tenure.lib import counting
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def _organization(small_organization):
    return small_organization


@pytest.fixture(autouse=True)
def project(openai, sync):
    return furnish(openai, sync)


def page_of(name: str) -> str:
    return reverse("inventory:role", args=[role_of(name).ref])


def shown(**asked: object) -> list[str]:
    page = role_page(RolesAsked(limit=500, **asked), actor=actor_of("ada"))
    return [one.name for one in page.rows]


def held_by(name: str) -> dict[str, list[str]]:
    """Who holds a role, by name, and through which groups; "" by themselves."""
    role, _ = role_by_ref(role_of(name).ref, actor=actor_of("ada"))
    rows = holder_page(role, actor=actor_of("ada")).rows
    ways = ways_to(role, rows, actor=actor_of("ada"))
    return {
        one.name: [way.group.name if way.group else "" for way in ways.get(one.pk, [])]
        for one in rows
    }


def test_those_of_the_organization_stand_first_then_what_somebody_made():
    assert shown()[:5] == ["Auditor", "Group manager", "owner", "reader", "Key maker"]
    assert set(shown()[5:]) == {"member", "owner", "viewer"}


def test_one_role_of_many_projects_stands_in_the_order_of_the_projects():
    rows = role_page(RolesAsked(limit=500), actor=actor_of("ada")).rows
    where = [one.resource.name for one in rows if one.name == "member"]
    assert len(where) > 1
    assert where == sorted(where)


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("organization", ["Auditor", "Group manager", "owner", "reader"]),
        ("custom", ["Auditor", "Group manager", "Key maker"]),
        ("over", []),
    ],
)
def test_each_filter_shows_its_roles_and_counts_them(show, names):
    assert shown(show=show) == names
    assert role_counts(actor=actor_of("ada"))[show] == len(names)


def test_privileged_is_whatever_may_give_access():
    privileged = set(shown(show="privileged"))
    assert privileged == {"Group manager", "owner", "Key maker"}
    assert shown(search="keys.write") == ["Key maker"]


def test_a_row_counts_holders_by_themselves_and_through_groups():
    rows = role_page(RolesAsked(show="custom"), actor=actor_of("ada")).rows
    said = {one.name: (one.direct_count, one.group_count, one.through_count) for one in rows}
    assert said == {"Auditor": (2, 1, 1), "Group manager": (0, 1, 2), "Key maker": (0, 1, 2)}


def test_who_holds_a_role_is_told_with_every_path():
    ways = held_by("Auditor")
    assert set(ways.pop("Cyd Larsen")) == {"", "Auditors"}
    assert ways == {"Dov Adler": [""]}
    assert held_by("Key maker") == {"Ada Berg": ["Platform"], "Ben Olsen": ["Platform"]}


def test_owners_of_the_organization_are_counted_by_the_list_of_users(openai):
    role = next(
        one
        for one in role_page(RolesAsked(show="organization"), actor=actor_of("ada")).rows
        if one.name == "owner"
    )
    owners = [user for user in openai.users() if user["role"] == "owner"]
    assert role.direct_count == len(owners)
    assert len(holder_page(role, actor=actor_of("ada")).rows) == len(owners)


def test_a_role_says_what_it_lets_its_holder_do(words_of):
    words = words_of(page_of("Group manager"))
    may = words.partition("What it lets its holder do")[2]
    assert "2 Groups read, write" in may
    assert "Privileged: may give access" in words
    assert f"Groups that hold it 1 {group_of('Platform')}" in may
    assert "Ada Berg ada@halden.example Through Platform" in may
    assert "Custom" in words


def test_history_tells_which_permissions_were_added(openai, sync, words_of):
    openai.change_role("Auditor", permissions=["api.management.read", "api.keys.write"])
    sync()
    history = words_of(page_of("Auditor")).partition("History")[2]
    assert "now also api.keys.write; no longer api.usage.read" in history


def test_others_do_not_find_roles_of_connections_that_are_not_theirs(client_of):
    elsewhere = actor_of("sid", connection=str(made_connection().ref))
    assert role_page(RolesAsked(), actor=elsewhere).rows == []
    for who in ("rita", "hugo", "aud"):
        assert client_of(who).get("/entitlements/roles").status_code == 403
        assert client_of(who).get(page_of("Auditor")).status_code == 403


def test_without_roles_the_page_says_what_they_are(client_of):
    Grant.objects.all().delete()
    Entitlement.objects.all().delete()
    assert (
        "No roles have been read yet"
        in client_of("ada").get("/entitlements/roles").content.decode()
    )


def test_of_many_holders_the_same_are_shown(monkeypatch):
    def holders() -> list[list[str]]:
        found = role_page(RolesAsked(limit=500), actor=actor_of("ada")).rows
        with_counts = [role_by_ref(one.ref, actor=actor_of("ada"))[0] for one in found]
        pages = [holder_page(role, actor=actor_of("ada")) for role in with_counts]
        return [[one.name for one in page.rows] for page in pages]

    assert any(few := holders())
    monkeypatch.setattr(counting, "MOST", 0)
    assert holders() == few
