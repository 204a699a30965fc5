from __future__ import annotations

import importlib
import re

import pytest
from django.urls import reverse

from tenure.inventory.models import Collection
from tenure.inventory.queries import ProjectsAsked, project_page, reach_of
from tenure.inventory.tests.company import account_of, accounts, project_of, read_company
from tenure.lib import counting
from tenure.testing.cast import actor_of

access = importlib.import_module("tenure.inventory.queries.access")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def page_of(name: str) -> str:
    return reverse("inventory:project", args=[project_of(name).ref])


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("all", ["Atlas", "Sandbox", "Search", "Vision"]),
        ("in_scope", ["Search", "Vision"]),
        ("out_of_scope", ["Sandbox"]),
        ("archived", ["Atlas"]),
    ],
)
def test_each_filter_shows_its_projects(show, names):
    found = project_page(ProjectsAsked(show=show), actor=actor_of("ada"))
    assert [one.name for one in found.rows] == names


def test_a_row_counts_who_reaches_the_project():
    rows = project_page(ProjectsAsked(), actor=actor_of("ada")).rows
    reach = reach_of(rows, actor=actor_of("ada"))
    said = {one.name: (reach.get(one.pk), one.member_count) for one in rows}
    counted = {
        name: (found and (found.owners, found.leavers), members)
        for name, (found, members) in said.items()
    }
    # mei owns the organization, and so every project; noor owns one.
    assert counted == {
        "Atlas": (None, None),
        "Sandbox": ((1, 0), 1),
        "Search": ((1, 1), 4),
        "Vision": ((2, 1), 2),
    }


@pytest.mark.parametrize(("most", "said"), [(100, "1"), (0, "0+")])
def test_where_many_left_a_row_counts_until_there_are_many(monkeypatch, most, said):
    monkeypatch.setattr(access, "MOST_LEAVERS", most)
    rows = project_page(ProjectsAsked(), actor=actor_of("ada")).rows
    reach = reach_of(rows, many_left=True, actor=actor_of("ada"))
    told = {one.name: reach[one.pk].leavers_in_words for one in rows if one.pk in reach}
    assert told == {"Sandbox": "0", "Search": said, "Vision": said}
    exactly = reach_of(rows, actor=actor_of("ada"))
    assert {pk: one.owners for pk, one in reach.items()} == {
        pk: one.owners for pk, one in exactly.items()
    }


def test_an_owner_of_the_organization_who_left_reaches_every_project(halden, monkeypatch):
    promoted = [
        one
        if one.external_id != "user-hugo"
        else type(one)(
            external_id="user-hugo", email=one.email, name=one.name, role="owner", raw=b"owner"
        )
        for one in accounts()
    ]
    read_company(halden, monkeypatch, promoted)
    rows = project_page(ProjectsAsked(show="in_scope"), actor=actor_of("ada")).rows
    reach = reach_of(rows, actor=actor_of("ada"))
    assert {one.name: reach[one.pk].leavers for one in rows} == {"Search": 1, "Vision": 2}


def test_who_reaches_a_project_is_said_with_the_path(words_of):
    words = words_of(page_of("Search"))
    assert "Owner, because they own the organization Added" in words
    assert re.search(r"Hugo Castellanos hugo@halden.example Member Added \d+ \w+ \d+", words)
    assert "Former, has access" in words
    assert "1 person who may not hold access can reach it" in words


def test_a_member_whom_the_list_of_users_lacks_is_named_as_a_stranger(words_of):
    words = words_of(page_of("Search"))
    assert "Not among the users 1" in words
    assert "user-ghost" in words


def test_the_filters_of_a_project_narrow_who_is_shown(words_of):
    leavers = words_of(f"{page_of('Vision')}?show=leavers")
    assert "Noor el-Amin" in leavers.partition("History")[0]
    assert "Lena Vogt" not in leavers.partition("History")[0]
    owners = words_of(f"{page_of('Vision')}?show=owners").partition("History")[0]
    assert ("Mei Tanaka" in owners, "Lena Vogt" in owners) == (True, False)


def test_an_account_that_is_gone_reaches_nothing(halden, monkeypatch, words_of):
    read_company(halden, monkeypatch, [one for one in accounts() if "hugo" not in one.external_id])
    reached = words_of(page_of("Search")).partition("Not among the users")[0]
    assert "Hugo Castellanos" not in reached
    rows = project_page(ProjectsAsked(), actor=actor_of("ada")).rows
    search = next(one for one in rows if one.name == "Search")
    assert reach_of(rows, actor=actor_of("ada"))[search.pk].leavers == 0


def test_out_of_scope_says_why_and_what_that_means(words_of):
    words = words_of(page_of("Sandbox"))
    assert "Play without keys or data Marked by Mara Okafor" in words
    assert "counts in no test" in words
    assert "Marked out of scope" in words.partition("History")[2]


def test_an_archived_project_reaches_nobody_and_keeps_its_history(words_of):
    words = words_of(page_of("Atlas"))
    assert "Nobody reaches it any more" in words
    assert "Who can reach it" not in words


def test_a_list_that_broke_off_is_said_to_have(words_of):
    whole = Collection.objects.filter(key="project_users:proj_search")
    whole.update(state="incomplete", reason="A page could not be read.")
    assert "Last reading broke off" in words_of("/projects")
    assert "A page could not be read." in words_of(page_of("Search"))


def test_history_tells_who_came_and_went_and_how_that_is_known(halden, monkeypatch, words_of):
    from tenure.inventory.tests.company import members, projects
    from tenure.inventory.tests.scripted import ScriptedOrganization, read_all

    changed = members()
    mei, _hugo, priya, _ghost = changed["proj_search"]
    promoted = type(mei)(
        external_id="user-mei",
        principal_kind="account",
        principal_id="user-mei",
        entitlement_id="owner",
        resource_id="the project",
        raw=b"promoted",
    )
    changed["proj_search"] = [promoted, priya]
    said = ScriptedOrganization(users=accounts(), projects=projects(), members=changed)
    read_all(halden, monkeypatch, said)
    history = words_of(page_of("Search")).partition("History")[2]
    assert "Mei Tanaka: member → owner" in history
    assert "Hugo Castellanos is no longer a member" in history
    assert "Between " in history
    assert "The provider's own time" in history.replace("&#x27;", "'")


def test_marking_out_of_scope_wants_a_reason_and_comes_back_to_the_project(client_of):
    client, address = (
        client_of("mara"),
        reverse("inventory:exclude", args=[project_of("Search").ref]),
    )
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "This field is required." in refused.content.decode()
    assert client.post(address, {"reason": "No keys"}).headers["Location"] == page_of("Search")
    assert project_of("Search").is_out_of_scope
    client.post(reverse("inventory:include", args=[project_of("Search").ref]))
    assert not project_of("Search").is_out_of_scope


def test_who_may_only_look_gets_no_button(client_of):
    html = client_of("sid").get(page_of("Search")).content.decode()
    assert "Mark out of scope" not in html
    assert client_of("rita").get("/projects").status_code == 403


def test_others_do_not_find_the_projects_of_connections_that_are_not_theirs(halden):
    from tenure.inventory.tests.scripted import made_connection

    elsewhere = actor_of("sid", connection=str(made_connection().ref))
    assert project_page(ProjectsAsked(), actor=elsewhere).rows == []


def test_the_account_pages_of_those_who_reach_it_are_linked(client_of):
    html = client_of("ada").get(page_of("Search")).content.decode()
    assert reverse("inventory:account", args=[account_of("hugo").ref]) in html


@pytest.mark.parametrize("show", ["all", "owners", "leavers"])
def test_of_many_who_reach_it_the_same_are_shown(client_of, monkeypatch, show):
    def rows() -> list[str]:
        answer = client_of("ada").get(page_of("Search"), {"show": show})
        return [one.name for one in answer.context["rows"]]

    assert (few := rows())
    monkeypatch.setattr(counting, "MOST", 0)
    assert rows() == few
