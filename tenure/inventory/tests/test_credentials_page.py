from __future__ import annotations

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account, Collection, Credential, CredentialChange
from tenure.inventory.operations.mark_accounts import mark_accounts
from tenure.inventory.queries import CredentialsAsked, credential_counts, credential_page
from tenure.inventory.tests.keys import address, furnish, key_of
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
    return reverse("inventory:credential", args=[key_of(name).ref])


def shown(**asked: object) -> list[str]:
    rows = credential_page(CredentialsAsked(**asked), actor=actor_of("ada")).rows
    return [key.name for key in rows if key.kind == "project_key"]


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("all", ["Deploy", "Mina's laptop", "Nightly", "Notebook", "Old script"]),
        ("orphaned", ["Mina's laptop", "Old script"]),
        ("leavers", ["Notebook"]),
        ("nobody", ["Mina's laptop"]),
        ("unowned", ["Nightly"]),
        ("expiring", ["Deploy"]),
        ("unused", ["Old script"]),
        ("unknown", ["Deploy"]),
        ("older_90", ["Notebook", "Old script"]),
        ("older_180", ["Notebook"]),
        ("admin", []),
        ("service", ["Nightly"]),
        ("over", []),
    ],
)
def test_each_filter_shows_its_keys_and_counts_them(show, names):
    assert shown(show=show) == names
    counts = credential_counts(actor=actor_of("ada"))
    rows = credential_page(CredentialsAsked(show=show, limit=500), actor=actor_of("ada")).rows
    assert counts[show] == len(rows)


def test_they_are_ordered_by_age_and_by_use_with_the_unknown_last():
    assert shown(sort="created")[:2] == ["Notebook", "Old script"]
    assert shown(sort="used")[0] == "Old script"
    assert shown(sort="used")[-1] == "Deploy"


def test_their_use_is_an_order_that_an_index_has():
    with CaptureQueriesContext(database) as asked:
        shown(sort="used")
    (listed,) = [one["sql"] for one in asked if "ORDER BY" in one["sql"] and "9999" in one["sql"]]
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {listed}")
        else:
            # Of so few rows it would rather look at all.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {listed}")
        assert "credential_by_last_use" in str(cursor.fetchall())


def test_pages_of_each_order_hold_every_key_once():
    for sort in ("name", "created", "used"):
        seen, cursor = [], ""
        while True:
            asked = CredentialsAsked(sort=sort, cursor=cursor, limit=2)
            found = credential_page(asked, actor=actor_of("ada"))
            seen += [key.pk for key in found.rows]
            if not (cursor := found.next or ""):
                break
        assert len(seen) == len(set(seen)) == credential_counts(actor=actor_of("ada"))["all"]


@pytest.mark.parametrize("typed", ["mina", "Sol", "laptop"])
def test_a_key_is_found_by_its_owner_whom_no_list_has(typed):
    assert shown(search=typed) == ["Mina's laptop"]


def test_a_key_is_found_by_its_ending_its_project_and_its_owners_address():
    assert shown(search=key_of("Deploy").hint[-4:]) == ["Deploy"]
    assert shown(search="BEN@halden") == ["Notebook"]
    assert len(shown(search="search")) == 5


def test_the_list_says_whose_each_is_and_why_to_look(words_of):
    words = words_of("/credentials")
    assert re.search(r"Notebook sk-proj-…\w{4} Ben Olsen Former Search Project key", words)
    assert "A leaver's Older than 180 days" in words
    assert re.search(r"Mina's laptop sk-proj-…\w{4} Mina Sol Nobody we know", words)
    assert "Owner lost access Of nobody we know" in words
    assert "robot Service account" in words
    assert "Expires in 5 days" in words


def test_a_key_says_what_it_can_do_and_what_it_could(words_of):
    deploy = words_of(page_of("Deploy"))
    assert "Acts as Ada Berg in Search, as far as its scopes and their roles there allow." in deploy
    assert "Last used Unknown provider" in deploy
    assert "Acts as the service account robot in Search" in words_of(page_of("Nightly"))
    lost = words_of(page_of("Mina's laptop"))
    assert "It acted as Mina Sol in Search. They no longer reach that project" in lost
    assert "Nobody we know: Mina Sol" in lost


def test_a_key_that_was_deleted_keeps_its_page(openai, sync, project, words_of):
    openai.remove_project_key(project, key_of("Deploy").external_id)
    sync()
    assert shown(show="over") == ["Deploy"]
    words = words_of(page_of("Deploy"))
    assert "Nothing: the provider no longer lists it." in words
    assert "Key is no longer listed" in words.partition("History")[2]


def test_history_tells_when_the_owner_lost_access(openai, sync, project, words_of):
    openai.remove_member(project, address("ada"))
    sync()
    history = words_of(page_of("Deploy")).partition("History")[2]
    assert "Its owner lost access to the project" in history
    assert "Key made" in history


def test_somebody_who_answers_for_a_service_takes_its_keys_off_the_list(words_of):
    robot = Account.objects.get(name="robot")
    said = Mark(kind="service", owner=address("ada"), backup_owner=address("cyd"), purpose="Feeds")
    mark_accounts(account_refs=[robot.ref], said=said, actor=actor_of("mara"))
    assert shown(show="unowned") == []
    assert "Service, Ada Berg answers for it" in words_of("/credentials?show=service")


def test_the_list_of_keys_that_broke_off_is_said_on_the_key(words_of):
    Collection.objects.filter(kind="project_keys").update(state="incomplete", reason="Cut short.")
    assert "Cut short." in words_of(page_of("Deploy"))


def test_no_page_has_what_the_key_is(openai, client_of, project):
    value = openai.add_project_key(project, address("ada"), name="Fresh")["value"]
    html = client_of("ada").get("/credentials").content.decode()
    html += client_of("ada").get(page_of("Deploy")).content.decode()
    assert value not in html


def test_others_do_not_find_keys_of_connections_that_are_not_theirs(client_of):
    elsewhere = actor_of("sid", connection=str(made_connection().ref))
    assert credential_page(CredentialsAsked(), actor=elsewhere).rows == []
    for who in ("rita", "hugo", "aud"):
        assert client_of(who).get("/credentials").status_code == 403
        assert client_of(who).get(page_of("Deploy")).status_code == 403


def test_without_keys_the_page_says_what_they_are(client_of):
    made_connection()
    CredentialChange.objects.all().delete()
    Credential.objects.all().delete()
    assert "No keys have been read yet" in client_of("ada").get("/credentials").content.decode()


@pytest.mark.parametrize("sort", ["name", "used"])
def test_of_many_keys_of_leavers_the_same_are_shown(client_of, monkeypatch, sort):
    def rows() -> list[str]:
        asked = {"show": "leavers", "sort": sort}
        answer = client_of("ada").get(reverse("inventory:credentials"), asked)
        return [one.name for one in answer.context["rows"]]

    assert (few := rows())
    monkeypatch.setattr(counting, "MOST", 0)
    assert rows() == few
