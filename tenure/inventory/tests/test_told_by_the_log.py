"""What the log tells stands on the timelines, with who did it, also before any list shows it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.event_wording import author
from tenure.inventory.models import Account, ProviderLog, Resource
from tenure.inventory.queries import told_of_accounts
from tenure.inventory.showing import told_history_of_account
from tenure.inventory.tailing import follow_log
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import link, make_person


@pytest.fixture
def clock():
    with time_machine.travel(now()) as traveller:
        yield traveller


@pytest.fixture
def follow(connection):
    return lambda: follow_log(connection_ref=connection.ref, actor=actor_of("ada"))


@pytest.fixture
def owner(openai):
    return next(user for user in openai.users() if user["role"] == "owner")


@pytest.fixture
def read(sync, follow, clock):
    """Lists first, then the log."""

    def read() -> None:
        sync()
        clock.shift(1)
        follow()

    return read


@pytest.fixture
def mei(openai, read, clock, owner):
    """An account that was read, and a log that is on."""
    openai.log_in(owner["email"])
    read()
    clock.shift(timedelta(minutes=5))
    reader = next(user for user in openai.users() if user["role"] == "reader")
    return Account.objects.get(external_id=reader["id"])


def history(account: Account) -> list[tuple[str, str]]:
    entries = told_history_of_account(account.ref, actor=actor_of("ada"))
    return [(entry["text"], entry["note"]) for entry in entries]


def test_a_raised_role_is_told_at_once_and_once(openai, mei, read, follow, owner):
    openai.change_user(mei.external_id, role="owner")
    follow()
    by = f"By {owner['name']} (session). From the provider's audit log"
    assert history(mei)[0] == ("Role set to Owner", by)
    read()
    told = [entry for entry in history(mei) if "Owner" in entry[0]]
    assert told == [("Role: Reader → Owner", by)]


def test_a_new_member_is_told_with_who_gave_it(openai, mei, read, follow, owner):
    project = openai.add_project("Search")
    read()
    openai.put_member(project["id"], mei.external_id, role="viewer")
    follow()
    name = Resource.objects.get(external_id=project["id"]).name
    assert history(mei)[0][0] == f"Given the role Viewer of {name}"
    read()
    text, note = history(mei)[0]
    assert text == f"Viewer of {name}"
    assert note.startswith(f"By {owner['name']} (session). ")


def test_a_key_made_is_told_on_the_projects_page(openai, mei, follow, client_of, owner):
    project = openai.projects()[0]
    openai.add_project_key(project["id"], openai.users()[0]["email"], name="CI")
    follow()
    found = Resource.objects.get(external_id=project["id"])
    page = client_of("ada").get(reverse("inventory:project-history", args=[found.ref]))
    assert "API key key_…" in page.text
    assert f"By {owner['name']} (session)" in page.text


def test_a_key_that_acted_is_named_by_its_end(openai, mei, follow):
    openai.change_user(mei.external_id, role="owner")
    follow()
    event = told_of_accounts([mei], actor=actor_of("ada"))[0]
    event.key_id, event.actor_kind = "key_abcdefghij", "api_key"
    assert author(event).endswith("(API key key_…ghij)")


def test_a_person_has_it_on_their_timeline_too(openai, mei, follow, client_of):
    person = make_person("Mei Tanaka", email="mei@halden.example")
    link(mei, person)
    openai.change_user(mei.external_id, role="owner")
    follow()
    page = client_of("ada").get(reverse("inventory:person-history", args=[person.ref]))
    assert "Role set to Owner" in page.text


def test_logins_are_no_steps_of_a_life(openai, mei, follow):
    openai.log_in(mei.email)
    follow()
    assert "Signed in" not in {text for text, _ in history(mei)}


def test_the_pages_ask_for_it_by_themselves(mei, client_of):
    page = client_of("ada").get(reverse("inventory:account", args=[mei.ref])).text
    history = reverse("inventory:account-history", args=[mei.ref])
    assert f'hx-get="{history}"' in page
    assert "Account appeared" in client_of("ada").get(history).text


def test_others_see_nothing_of_it(openai, mei, follow):
    openai.change_user(mei.external_id, role="owner")
    follow()
    assert told_of_accounts([mei], actor=actor_of("ada"))
    assert told_of_accounts([mei], actor=actor_of("hugo")) == []


def log_of(connection, client) -> str:
    page = client.get(reverse("inventory:log", args=[connection.ref]))
    assert page.status_code == 200
    return " ".join(page.text.split())


def test_the_connections_page_says_how_far_the_log_is_read(openai, connection, mei, client_of):
    ada = client_of("ada")
    panel = ada.get(reverse("connections:detail", args=[connection.ref])).text
    assert reverse("inventory:log", args=[connection.ref]) in panel
    log = ProviderLog.objects.get(connection=connection)
    assert f"Read until {log.read_until:%H:%M} UTC, about every minute." in log_of(connection, ada)
    assert "Signed in" in log_of(connection, ada)
    log.gaps.create(since=now() - timedelta(hours=2), until=now() - timedelta(hours=1))
    assert "Not yet read: between" in log_of(connection, ada)


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        ("off", "nobody can tell who gave or took access"),
        ("no_scope", "nobody can tell who gave or took access"),
        ("unknown", "It is asked within a minute."),
    ],
)
def test_without_a_log_it_says_what_is_lost(connection, client_of, kept, says):
    assert "It is asked within a minute." in log_of(connection, client_of("ada"))
    ProviderLog.objects.create(connection=connection, state=kept)
    told = log_of(connection, client_of("ada"))
    assert says in told
    assert ("Where to switch it on" in told) is (kept == "off")


def test_the_page_of_an_account_says_that_nobody_knows_who(connection, mei, client_of):
    where = reverse("inventory:account", args=[mei.ref])
    assert "audit log is off" not in client_of("ada").get(where).text
    ProviderLog.objects.filter(connection=connection).update(state="off")
    assert "Who did what is not known" in client_of("ada").get(where).text


@pytest.fixture
def tenure(capsys, monkeypatch):
    """Runs `tenure events`; gives the document or the words."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        with pytest.raises(SystemExit) as left:
            main(["events", *words])
        said = capsys.readouterr()
        assert left.value.code == 0, said.err
        return json.loads(said.out) if "--json" in words else said.out

    return run


def test_the_command_line_tells_it(openai, connection, mei, follow, tenure):
    openai.change_user(mei.external_id, role="owner")
    follow()
    said = tenure(connection.name, "--type", "user.updated")
    assert "Role set to Owner" in said
    assert "by " not in said.partition("By")[2]
    assert "Read until" in said
    document = tenure(connection.name, "--json")
    assert document["log"]["state"] == "on"
    assert {one["type"] for one in document["data"]} >= {"login.succeeded", "user.updated"}


def test_overview_says_of_whom_no_log_is_read(connection, client_of):
    ada = client_of("ada")
    note = reverse("inventory:without-log")
    assert note in ada.get("/").text
    assert not ada.get(note).text.strip()
    ProviderLog.objects.create(connection=connection, state="off")
    page = ada.get(note).text
    assert "No audit log to read" in page
    assert reverse("connections:detail", args=[connection.ref]) in page
