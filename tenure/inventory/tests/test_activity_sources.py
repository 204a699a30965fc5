"""Activity as the provider tells it: each source in its place, the next best where one is absent.

One account, of which each source says a day less recent than the one before it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.inventory import queries
from tenure.inventory.models import Account, ActivityObservation
from tenure.inventory.schemas.accounts import AccountDetail
from tenure.inventory.tailing import follow_log
from tenure.lib.clock import now
from tenure.testing.books import rows_of_csv
from tenure.testing.cast import actor_of
from tenure.testing.lengths import spread

ADA = actor_of("ada")
DAY = timedelta(days=1)
# Its letter, name, what is said of it, and the collection whose scope it needs.
SOURCES = (
    ("A", "user_record", "Used an API key", ""),
    ("B", "login_event", "Signed in", ""),
    ("C", "audit_event", "Acted in the organization", ""),
    ("D", "project_key", "Used a project key", "project_keys"),
    ("E", "admin_key", "Used an admin key", "admin_keys"),
    ("F", "usage", "Traffic (usage)", "usage"),
)
LETTERS = "ABCDEFG"


@pytest.fixture
def follow(connection) -> Callable[[], object]:
    return lambda: follow_log(connection_ref=connection.ref, actor=ADA)


def furnish(openai, letters: str) -> str:
    """Make the account active by these sources; its id."""
    who = openai.users()[3]
    number = {letter: place for place, letter in enumerate(LETTERS, start=1)}
    project = openai.add_project("Search")["id"]
    ago = {letter: f"-{number[letter]}d" for letter in letters}
    added = int((now() - 300 * DAY).timestamp()) if "G" in letters else None
    used = int((now() - DAY).timestamp()) if "A" in letters else None
    openai.change_user(who["id"], added_at=added, api_key_last_used_at=used)
    if "B" in letters:
        openai.log_in(who["email"], at=ago["B"])
    if "C" in letters:
        acts(openai, who, at=ago["C"])
    if "D" in letters:
        openai.put_member(project, who["email"])
        openai.add_project_key(project, who["email"], name="Nightly", last_used_at=ago["D"])
    if "E" in letters:
        openai.add_admin_key(who["email"], name="Terraform", last_used_at=ago["E"])
    if "F" in letters:
        openai.add_usage(user=who["email"], at=ago["F"])
    return who["id"]


def acts(openai, who, *, at: str, event: str = "project.updated") -> None:
    actor = {"type": "session", "session": {"user": {"id": who["id"], "email": who["email"]}}}
    openai.add_event(event, actor=actor, at=at, detail={"id": "proj_1"})


def page_of(account: Account, client_of) -> str:
    return client_of("ada").get(f"/accounts/{account.ref}").content.decode()


def newest_of(letters: str) -> tuple[str, str, int]:
    """The name of the newest of these sources, what is said of it, and how many days ago it was."""
    for place, (letter, source, label, _) in enumerate(SOURCES, start=1):
        if letter in letters:
            return source, label, place
    return "unknown", "nothing seen", 0


WITHOUT_ONE = [LETTERS.replace(letter, "") for letter in LETTERS]
FEWER_AND_FEWER = [LETTERS[number:] for number in range(len(LETTERS) + 1)]


@pytest.mark.parametrize("letters", spread([*dict.fromkeys([*FEWER_AND_FEWER, *WITHOUT_ONE])]))
def test_each_source_absent_in_turn_leaves_the_next_best_or_unknown(
    openai, sync, follow, client_of, letters
):
    external_id = furnish(openai, letters)
    sync()
    follow()
    source, label, days = newest_of(letters)
    account = Account.objects.get(external_id=external_id)
    assert (account.last_active_source or "unknown") == source
    if days:
        assert abs(now() - account.active_at - days * DAY) < DAY + timedelta(minutes=1)
    else:
        assert account.active_at is None
    detail = AccountDetail.about(account.ref, actor=ADA)
    assert detail.last_activity_source == source
    assert (detail.last_login is not None) == ("B" in letters)
    said = {one.source for one in detail.activity if one.at is not None}
    assert said == {name for letter, name, *_ in SOURCES if letter in letters}
    assert all(one.why for one in detail.activity if one.at is None)
    page = page_of(account, client_of)
    assert label in page if "G" in letters or days else "Unknown" in page
    answer = client_of("ada").post("/exports/accounts", {"format": "csv"})
    heads, *rows = rows_of_csv(answer.getvalue())
    (row,) = (dict(zip(heads, one, strict=True)) for one in rows if external_id in one)
    assert row["last_activity_source"] == source
    assert (row["last_activity"] == "unknown") == (source == "unknown")


@pytest.mark.parametrize("letter", "DEF")
def test_without_its_scope_a_source_says_why_and_the_next_best_counts(
    openai, sync, follow, client_of, letter
):
    place = LETTERS.index(letter)
    openai.faults(missing_scope=SOURCES[place][3])
    external_id = furnish(openai, LETTERS[place:])
    sync()
    follow()
    account = Account.objects.get(external_id=external_id)
    assert (account.last_active_source or "unknown") == newest_of(LETTERS[place + 1 :])[0]
    detail = AccountDetail.about(account.ref, actor=ADA)
    told = {one.source: one for one in detail.activity}[SOURCES[place][1]]
    assert told.at is None
    assert "api." in told.why
    assert told.why in page_of(account, client_of)


@pytest.mark.parametrize("how", ["empty", "403", "404"])
def test_where_the_log_is_off_nobody_is_said_to_have_signed_in(
    openai, sync, follow, client_of, how
):
    openai.faults(audit_log=how)
    external_id = furnish(openai, "BCDG")
    sync()
    follow()
    account = Account.objects.get(external_id=external_id)
    assert account.last_active_source == "project_key"
    assert AccountDetail.about(account.ref, actor=ADA).last_login is None
    assert "Audit logging is off" in page_of(account, client_of)


def test_read_again_unchanged_neither_a_sync_nor_the_log_writes_a_row(openai, sync, follow):
    furnish(openai, LETTERS)
    sync()
    follow()
    before = list(ActivityObservation.objects.order_by("pk").values())
    assert {one["source"] for one in before} == {source for _, source, *_ in SOURCES[1:]}
    with CaptureQueriesContext(database) as asked:
        follow()
    assert not [one for one in asked if "UPDATE inventory_account " in one["sql"]]
    sync()
    assert list(ActivityObservation.objects.order_by("pk").values()) == before


def test_a_sign_in_is_known_as_soon_as_the_log_is_read_and_moves_forward_only(
    openai, sync, follow, client_of
):
    external_id = furnish(openai, "CG")
    sync()
    follow()
    openai.log_in(external_id)
    follow()
    account = Account.objects.get(external_id=external_id)
    assert account.last_active_source == "login_event"
    last = account.active_at
    assert "Signed in" in page_of(account, client_of)
    openai.log_in(external_id, at="-5m")
    follow()
    account.refresh_from_db()
    assert account.active_at == last


def test_who_failed_to_sign_in_may_be_anybody(openai, sync, follow):
    external_id = furnish(openai, "")
    openai.log_in(external_id, failed=True)
    sync()
    follow()
    assert Account.objects.get(external_id=external_id).active_at is None


def test_whoever_the_log_and_the_keys_know_first_is_adopted_with_all_of_it(openai, sync, follow):
    follow()
    mei = openai.add_user("mei@halden.example")
    openai.log_in("mei@halden.example", at="-1m")
    follow()
    assert ActivityObservation.objects.get(principal_id=mei["id"]).account is None
    sync()
    account = Account.objects.get(external_id=mei["id"])
    assert account.last_active_source == "login_event"
    assert account.observations.count() == 1


def test_the_key_that_tenure_reads_with_is_used_by_nobody(openai, sync, follow):
    sync()
    sync()
    assert not ActivityObservation.objects.filter(source="admin_key").exists()
    owner = openai.users()[0]
    openai.add_admin_key(owner["email"], name="Terraform", last_used_at="-3d")
    sync()
    (own,) = ActivityObservation.objects.filter(source="admin_key")
    assert (own.principal_id, own.detail) == (owner["id"], "Terraform")


def test_only_a_key_whose_record_changed_is_heard_again(openai, sync):
    project, user = openai.add_project("Search")["id"], openai.users()[1]
    for name in ("Nightly", "Notebook"):
        openai.add_project_key(project, user["email"], name=name, last_used_at="-3d")
    sync()
    ActivityObservation.objects.filter(source="project_key").delete()
    sync()
    assert not ActivityObservation.objects.filter(source="project_key").exists()
    openai.add_project_key(project, user["email"], name="Deploy", last_used_at="-5d")
    sync()
    (heard,) = ActivityObservation.objects.filter(source="project_key")
    assert (heard.principal_id, heard.detail) == (user["id"], "Deploy")


def test_a_service_account_is_active_by_its_keys(openai, sync, client_of):
    project = openai.add_project("Search")["id"]
    openai.add_service_account(project, "robot")
    openai.add_project_key(project, "robot", name="Nightly", last_used_at="-1h")
    sync()
    robot = Account.objects.get(kind="service", name="robot")
    assert robot.last_active_source == "project_key"
    page = page_of(robot, client_of)
    assert "Used a project key" in page
    assert "key Nightly" in page


def test_it_asks_as_often_for_many_as_for_one(openai, connection, sync, follow):
    project = openai.add_project("Search")["id"]
    sync()
    follow()
    counted = []
    for many in (1, 20):
        for user in openai.users()[1 : 1 + many]:
            openai.log_in(user["email"])
            openai.add_project_key(project, user["email"], last_used_at="-1m")
        with CaptureQueriesContext(database) as asked:
            follow()
        told = [one["sql"] for one in asked if "inventory_activityobservation" in one["sql"]]
        counted.append(len(told))
    assert counted[0] == counted[1]
    found, _ = queries.account_by_ref(Account.objects.first().ref, actor=ADA)
    assert queries.heard(found)["audit_log"].read_at is not None
