from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tenure.inventory.models import (
    Account,
    Collection,
    Entitlement,
    Grant,
    Resource,
    ResourceChange,
)
from tenure.inventory.queries import GroupsAsked, group_counts, group_page
from tenure.inventory.tests.circles import address, furnish, group_of, read_everything
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
    return reverse("inventory:group", args=[group_of(name).ref])


def shown(**asked: object) -> list[str]:
    return [one.name for one in group_page(GroupsAsked(**asked), actor=actor_of("ada")).rows]


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("all", ["Auditors", "Nobody", "Platform"]),
        ("leavers", ["Platform"]),
        ("empty", ["Nobody"]),
        ("scim", ["Auditors"]),
        ("over", []),
    ],
)
def test_each_filter_shows_its_groups_and_counts_them(show, names):
    assert shown(show=show) == names
    assert group_counts(actor=actor_of("ada"))[show] == len(names)


def test_a_row_counts_who_is_in_it_and_what_it_reaches():
    rows = group_page(GroupsAsked(), actor=actor_of("ada")).rows
    said = {
        one.name: (one.member_count, one.leaver_count, one.project_count, len(one.roles))
        for one in rows
    }
    assert said == {"Auditors": (1, 0, 0, 1), "Nobody": (0, 0, 0, 0), "Platform": (2, 1, 1, 1)}


def test_the_list_says_what_each_gives(words_of):
    words = words_of("/entitlements")
    assert "2 1 may not hold access Group manager Privileged 1" in words
    assert re.search(r"Auditors group_\w+ 1 Auditor 0 now Managed by SCIM", words)
    assert shown(search="plat") == ["Platform"]


def test_a_group_says_who_is_in_it_and_what_that_gives(words_of):
    words = words_of(page_of("Platform"))
    assert "1 person in it may not hold access" in words
    gives = words.partition("What being in it gives")[2].partition("Who is in it")[0]
    assert "Platform Group manager of the organization Privileged Added" in gives
    assert "Platform Key maker of Atlas Privileged Added" in gives
    assert "Platform Member of Atlas Added" in gives
    assert "In the project" not in gives
    members = words.partition("Who is in it")[2].partition("History")[0]
    assert "Ben Olsen Former, has access" in members
    only = words_of(f"{page_of('Platform')}?show=leavers")
    inside = only.partition("Who is in it")[2].partition("History")[0]
    assert ("Ben Olsen" in inside, "Ada Berg" in inside) == (True, False)


def test_every_path_through_a_group_leads_to_the_group(client_of, project, words_of):
    led = f'href="{page_of("Platform")}"'
    account = reverse("inventory:account", args=[Account.objects.get(email=address("ben")).ref])
    can = client_of("ada").get(account).content.decode().partition("What it can do")[2]
    assert led in can.partition("</section>")[0]
    atlas = reverse("inventory:project", args=[Resource.objects.get(external_id=project).ref])
    reach = client_of("ada").get(atlas).content.decode().partition("Who can reach it")[2]
    assert led in reach.partition("</tbody>")[0]
    words = words_of(atlas).partition("History")[2]
    assert "The group Platform was added" in words


def test_a_group_that_a_directory_manages_says_where_to_change_it(words_of):
    assert "Who is in it is decided in your directory" in words_of(page_of("Auditors"))


def test_history_tells_who_came_and_went(openai, sync, words_of):
    openai.remove_from_group("Platform", address("ada"))
    openai.unassign("Group manager", "Platform")
    sync()
    words = words_of(page_of("Platform"))
    history = words.partition("History")[2]
    assert "Ada Berg left" in history
    assert "No longer: Group manager of the organization" in history
    assert "Group made" in history
    assert "Group manager" not in words.partition("Who is in it")[0]


def test_a_group_that_is_gone_gives_nothing_and_keeps_its_history(openai, sync, words_of):
    openai.remove_group("Platform")
    sync()
    assert shown(show="over") == ["Platform"]
    words = words_of(page_of("Platform"))
    assert "What was held through it ended with it" in words
    assert "What being in it gives" not in words
    assert "Group is no longer listed" in words.partition("History")[2]


def test_a_list_that_cannot_be_read_is_said_with_the_reason(openai, sync, words_of):
    openai.faults(missing_scope="group_users")
    sync()
    said = Collection.objects.filter(kind="group_users").first()
    assert said.state == "unavailable"
    words = words_of(page_of("Platform"))
    assert "Members: the list is not whole" in words
    assert said.reason in words
    assert "Cannot be read" in words


def test_without_groups_it_says_whether_there_are_none_or_nobody_can_tell(client_of):
    ResourceChange.objects.filter(resource__kind="group").delete()
    Grant.objects.all().delete()
    Entitlement.objects.filter(resource__kind="group").delete()
    Resource.objects.filter(kind="group").delete()
    for state, title in {
        "": "have not been read yet",
        "complete": "OpenAI has no groups",
        "unavailable": "cannot be read",
    }.items():
        Collection.objects.filter(key="groups").update(state=state, reason="No scope.")
        html = client_of("ada").get("/entitlements").content.decode()
        assert title in html


def test_others_do_not_find_groups_of_connections_that_are_not_theirs(client_of):
    elsewhere = actor_of("sid", connection=str(made_connection().ref))
    assert group_page(GroupsAsked(), actor=elsewhere).rows == []
    for who in ("rita", "hugo", "aud"):
        assert client_of(who).get("/entitlements").status_code == 403
        assert client_of(who).get(page_of("Platform")).status_code == 403


def test_reading_everything_again_changes_no_count(sync):
    before = group_counts(actor=actor_of("ada"))
    read_everything(sync)
    assert group_counts(actor=actor_of("ada")) == before


@pytest.mark.parametrize("show", ["all", "leavers"])
def test_of_many_members_the_same_are_shown(client_of, monkeypatch, show):
    def rows() -> list[str]:
        answer = client_of("ada").get(page_of("Platform"), {"show": show})
        return [one.name for one in answer.context["rows"]]

    assert (few := rows())
    monkeypatch.setattr(counting, "MOST", 0)
    assert rows() == few
