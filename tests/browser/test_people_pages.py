"""Every page about people: in every look, and what one does there by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.inventory.tests.company import company
from tenure.lib.clock import now
from tenure.people.models import Delegation, PeopleSource, Person
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.add_people_source import add_people_source
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.testing.cast import actor_of


@pytest.fixture
def halden(live_server):
    """A company with two sources, of which somebody decides for somebody, and somebody has left."""
    company()
    add_people_source(name="HR system", precedence=40, expected_days=2, actor=actor_of("ada"))
    today = now().date()
    add_delegation(
        person_ref=somebody("mei").ref,
        email="zed@halden.example",
        from_day=today,
        until_day=today + timedelta(days=9),
        reason="Parental leave",
        actor=actor_of("mara"),
    )
    mark_person_left(
        person_ref=somebody("lena").ref, at=today, reason="Resigned", actor=actor_of("mara")
    )


def somebody(name: str) -> Person:
    return Person.objects.get(email=f"{name}@halden.example")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("mei", ""),
        ("mei", "/why"),
        ("mei", "/edit"),
        ("mei", "/merge"),
        ("mei", "/delegate"),
        ("lena", "/leave"),
    ],
)
def test_a_page_of_a_person(halden, visit, look, name, page):
    where = f"/people/{somebody(name).ref}{page}"
    visit.inspect(visit(where, who="ada", **look), f"people-{name}{page.replace('/', '-')}")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/people/add", "people-add"),
        ("/people/import", "people-import-sources"),
        ("/people?department=Machine+learning&source=CSV", "people-narrowed"),
        pytest.param("/people?source=HR+system", "people-narrowed-none", marks=pytest.mark.in_full),
        ("/settings/people-sources", "people-sources"),
    ],
)
def test_a_page_of_people(halden, visit, look, path, name):
    visit.inspect(visit(path, who="ada", **look), name)


def test_one_people_source(halden, visit, look):
    ref = PeopleSource.objects.get(name="HR system").ref
    visit.inspect(visit(f"/settings/people-sources/{ref}", who="ada", **look), "people-source")


def test_two_entries_are_compared_and_merged_by_keyboard_alone(halden, visit, look):
    page = visit(f"/people/{somebody('zed').ref}/merge", who="mara", **look)
    page.get_by_label("The other entry").fill("hugo@halden.example")
    page.keyboard.press("Enter")
    page.get_by_text("One of them is here, the other is not").wait_for()
    visit.inspect(page, "people-merge-preview")
    page.get_by_label("Whose dates and status count").select_option("kept")
    page.get_by_label("I have looked at both").press("Space")
    page.get_by_role("button", name="Merge Hugo Castellanos").press("Enter")
    page.get_by_text("is part of").first.wait_for()
    assert Person.objects.filter(merged_into=somebody("zed")).count() == 1


def test_somebody_decides_in_anothers_place_by_keyboard_alone(halden, visit):
    page = visit(f"/people/{somebody('tomas').ref}", who="mara")
    page.get_by_role("link", name="Add", exact=True).press("Enter")
    page.get_by_label("Who decides").fill("zed@halden.example")
    today = now().date()
    page.get_by_label("First day").fill(str(today))
    page.get_by_label("Last day").fill(str(today + timedelta(days=3)))
    page.get_by_role("button", name="Let them decide").press("Enter")
    page.get_by_text("Decides now").wait_for()
    page.get_by_role("button", name="Withdraw that Zed Olsen decides for Tomas").press("Enter")
    page.get_by_text("no longer decides for").first.wait_for()
    assert Delegation.objects.filter(withdrawn_at=None).count() == 1
